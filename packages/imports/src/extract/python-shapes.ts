/** Whether nobody changes the value of a call of this name. */
export function isPureCall(name: string): boolean {
  return pure.test(name);
}

const pure =
  /^(\w+\.)*(TypeVar|ParamSpec|NewType|namedtuple|NamedTuple|TypedDict|getLogger|get_logger|compile|frozenset|tuple|int|str|float|bool|Path|getenv|get|join|dirname|abspath|Enum|MappingProxyType|cast|Literal|Decimal|timedelta)$/;
