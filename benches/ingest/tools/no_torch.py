"""Stands in for torch, which docling imports at its start and never calls for these formats."""

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types

ABSENT = {"torch", "torchvision", "torchaudio", "transformers"}


class Nothing(type):
    """A class whose every attribute is such a class, and whose instances are false."""

    def __getattr__(cls, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing(name, (), {"__bool__": lambda self: False,
                                  "__init__": lambda self, *args, **more: None,
                                  "__call__": lambda self, made=None, *args, **more: made})


class Package(types.ModuleType):
    __path__: list[str] = []
    __version__ = "0"

    def __getattr__(self, name: str) -> type:
        return getattr(Nothing("Root", (), {}), name)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name: str, path: object, target: object = None):
        if name.split(".")[0] in ABSENT:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec) -> types.ModuleType:
        return Package(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


def install() -> None:
    """To be called before docling is imported; the real torch is used where there is one."""
    if importlib.util.find_spec("torch") is None:
        sys.meta_path.append(Finder())
