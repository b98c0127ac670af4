/** What is left to those who call: rare things, of which strings and patterns are made. Offsets are the source's. */

/** The number of the text between `start` and `end`, which is remembered at `place` unless that is -1. */
export declare function onText(place: i32, start: i32, end: i32, isRemembered: bool): i32;
/** The same of a module's name in which spaces stand. */
export declare function onSpacedText(start: i32, end: i32): i32;
/** A string literal directly after an opening parenthesis: its quote is at `start`, it ends before `end`. */
export declare function onArgument(start: i32, end: i32, paren: i32, line: i32, lineStart: i32): void;
/** A comment that may hold an instruction to us. */
export declare function onComment(start: i32, end: i32, line: i32, lineStart: i32): void;
/** `code` is an index into the messages of `python-source.ts`; `one` and `other` are characters that it is about. */
export declare function onProblem(code: i32, at: i32, line: i32, lineStart: i32, one: i32, other: i32): void;
/** What the condition of an `if` says: its guard, that of the other branch and whether it decides, by four bits. */
export declare function onCondition(start: i32, end: i32): i32;
/** Whether this `except` catches a failing import. */
export declare function onExcept(start: i32, end: i32): bool;
/** The guard of a `with`. */
export declare function onWith(start: i32, end: i32): i32;
/** Whether a statement binds names at run time. */
export declare function onRunTime(start: i32, end: i32): bool;
/** Whether nobody changes what a call of this name gives. */
export declare function onPureCall(start: i32, end: i32): bool;
/** What stands behind `__all__` at `start`, up to the end of the statement. */
export declare function onPublicNames(start: i32, end: i32, line: i32, lineStart: i32, isAlways: bool): void;
/** The module has a `__getattr__`: a function whose parameters begin at `start`, or, with -1, something else. */
export declare function onLazy(start: i32): void;
/** The body of that function. */
export declare function onLazyBody(start: i32, end: i32): void;
/** The memory has grown. */
export declare function onGrowth(): void;
/** It cannot grow any more. Does not return. */
export declare function onFullMemory(): void;
