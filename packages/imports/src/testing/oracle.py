"""Prints, for every Python file below a folder, the imports that CPython's own ast sees: one JSON line per file,
[path, rows]. A row is [line of the name or statement, module with dots, name, alias]. Files that this Python
cannot parse have no rows (null).

    python3 oracle.py FOLDER > oracle.jsonl
    node differential.ts oracle.jsonl
"""

import ast
import json
import os
import sys
import warnings

warnings.simplefilter("ignore")


def rows_of(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                yield [each.lineno, each.name, "", each.asname or ""]
        elif isinstance(node, ast.ImportFrom):
            for each in node.names:
                yield [each.lineno, "." * node.level + (node.module or ""), each.name, each.asname or ""]


for folder, folders, files in os.walk(sys.argv[1]):
    folders[:] = [each for each in folders if each not in ("__pycache__", "node_modules", ".git")]
    for file in files:
        if not file.endswith(".py"):
            continue
        path = os.path.join(folder, file)
        try:
            with open(path, "rb") as source:
                rows = sorted(rows_of(ast.parse(source.read())))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            rows = None
        print(json.dumps([path, rows]))
