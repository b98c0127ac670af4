/** A module-level statement that writes into the module's own names, or puts something else in its place. */
export function bindsAtRunTime(text: string): boolean {
  return (
    /\b(globals|locals|vars)\(\)|\bmodules\[|\bmeta_path\b|\b(recreate_module|LazyModule|_LazyModule|_convert_)\(|\bsetattr\(|\bfind_current_module\(\)/.test(
      text,
    ) || handsItselfOver.test(text)
  );
}

/** `passthrough_module(__name__, ".extractors")`: a call for its effect that is told which module it has an effect on. */
const handsItselfOver = /^(?!\w*(?:log|warn|print))\w*module\w*\(\s*__name__\b/i;

/** Whether nobody changes the value of a call of this name. */
export function isPureCall(name: string): boolean {
  return pure.test(name);
}

const pure =
  /^(\w+\.)*(TypeVar|ParamSpec|NewType|namedtuple|NamedTuple|TypedDict|getLogger|get_logger|compile|frozenset|tuple|int|str|float|bool|Path|getenv|get|join|dirname|abspath|Enum|MappingProxyType|cast|Literal|Decimal|timedelta)$/;
