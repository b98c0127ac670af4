"""
Writes `src/resolve/python-standard-names.ts`: which modules Python's own library has, and which names they
offer. A name counts when any of the given interpreters has it, when its module's source binds it anywhere, or
when typeshed declares it, for whatever version and platform: what is in none of them is in no Python.

    python3 standard-names.py TYPESHED_STDLIB PYTHON [PYTHON ...] > src/resolve/python-standard-names.ts
"""

import ast
import contextlib
import importlib
import json
import os
import subprocess
import sys
import sysconfig

# What differs by platform and build, loads a window, or is no interface: nothing is said of what these hold.
OPEN = set(
    "__main__ antigravity distutils encodings ensurepip idlelib lib2to3 msilib msvcrt nt pydoc_data test this turtledemo"
    " typing_extensions winreg winsound".split()
)
EVERYWHERE = set(
    "__all__ __annotations__ __builtins__ __cached__ __dict__ __doc__ __file__ __getattr__ __loader__ __name__"
    " __package__ __path__ __spec__".split()
)


def is_open(module):
    top = module.split(".")[0]
    return top in OPEN or (top.startswith("_") and top != "__future__")


def find_modules(folder, suffix):
    """Paths by dotted name."""
    found = {}
    for base, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if each.isidentifier() and each not in ("test", "tests")]
        for file in files:
            if not file.endswith(suffix):
                continue
            parts = os.path.relpath(os.path.join(base, file), folder)[: -len(suffix)].split(os.sep)
            if parts[-1] == "__init__":
                parts.pop()
            if parts and parts[-1] != "__main__" and all(part.isidentifier() for part in parts):
                found[".".join(parts)] = os.path.join(base, file)
    return found


def bound_names(path):
    """Names that a source binds at module level under any condition, and where it takes all names from."""
    with open(path, "rb") as file:
        tree = ast.parse(file.read())
    names, stars = set(), set()
    # A stub passes on only what it imports under its own name.
    is_stub = path.endswith(".pyi")

    def read(body):
        for each in body:
            if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                names.add(each.name)
            elif isinstance(each, (ast.Import, ast.ImportFrom)):
                for alias in each.names:
                    if alias.name == "*":
                        stars.add("." * each.level + (each.module or ""))
                    elif not is_stub or alias.asname == alias.name:
                        names.add(alias.asname or alias.name.split(".")[0])
            else:
                for part in ast.walk(each):
                    if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                        names.add(part.id)
            if isinstance(each, (ast.If, ast.Try, ast.For, ast.While, ast.With)):
                for field in ("body", "orelse", "finalbody"):
                    read(getattr(each, field, []))
                for handler in getattr(each, "handlers", []):
                    read(handler.body)

    read(tree.body)
    for each in ast.walk(tree):
        if isinstance(each, ast.Global):
            names.update(each.names)
    return names, stars


def names_here():
    """Of the interpreter that runs this: names by module, None when it could not be loaded."""
    modules = {name: None for name in [*sys.builtin_module_names, *getattr(sys, "stdlib_module_names", []), "os.path"]}
    modules.update(find_modules(sysconfig.get_paths()["stdlib"], ".py"))
    found = {}
    for module, path in sorted(modules.items()):
        if is_open(module):
            continue
        names = set()
        if path is not None:
            with contextlib.suppress(SyntaxError):
                names, _ = bound_names(path)
        loads = False
        try:
            names.update(dir(importlib.import_module(module)))
            loads = True
        except BaseException:
            # Not of this platform; what its source binds is known still.
            loads = False
        found[module] = [loads, sorted(names)]
    return found


def names_declared(folder):
    modules = find_modules(folder, ".pyi")

    def names_of(module, seen):
        if module not in modules or module in seen:
            return set()
        names, stars = bound_names(modules[module])
        is_package = modules[module].endswith("__init__.pyi")
        for star in stars:
            level = len(star) - len(star.lstrip("."))
            around = module.split(".") if is_package else module.split(".")[:-1]
            above = around[: len(around) - level + 1] if level else []
            source = ".".join([*above, *filter(None, [star.lstrip(".")])])
            names |= names_of(source, seen | {module})
        return names

    return {module: names_of(module, frozenset()) for module in modules if not is_open(module)}


def main():
    if sys.argv[1] == "--here":
        with contextlib.redirect_stdout(sys.stderr):
            found = names_here()
        json.dump(found, sys.stdout)
        return
    declared = names_declared(sys.argv[1])
    names = {module: set(each) for module, each in declared.items()}
    loaded = set(declared)
    for python in sys.argv[2:]:
        asked = [python, "-W", "ignore", os.path.abspath(__file__), "--here"]
        answer = json.loads(subprocess.run(asked, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)
        for module, (loads, each) in answer.items():
            names.setdefault(module, set()).update(each)
            if loads:
                loaded.add(module)
    print("/**")
    print(" * Written by `standard-names.py`: the modules of Python's own library and the names they offer in any")
    print(" * version from 3.8 on, on any platform. A star: it may offer more. Modules that are missing here, but")
    print(" * whose first part is not, do not exist.")
    print(" */")
    print("export const standardNamesTable = `")
    for module in sorted(names):
        below = {each[len(module) + 1 :].split(".")[0] for each in names if each.startswith(module + ".")}
        is_known = module in loaded and "windows" not in module
        print(module, *(sorted(names[module] - EVERYWHERE - below) if is_known else ["*"]))
    print("`;")


main()
