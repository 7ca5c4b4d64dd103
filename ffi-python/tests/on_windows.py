"""Imports every module of the package as on Windows, whose Python has fewer modules and functions, and prints their names.

A program of its own, for it changes what an import is. With DJANGO_SETTINGS_MODULE the Django app is among them.
"""

import builtins
import importlib
import os
import pkgutil
import signal
import types

MISSING = {
    "_posixsubprocess",
    "crypt",
    "fcntl",
    "grp",
    "posix",
    "pty",
    "pwd",
    "readline",
    "resource",
    "spwd",
    "syslog",
    "termios",
    "tty",
}
POSIX = "fork forkpty register_at_fork getuid geteuid getgid getpgid setsid killpg uname sysconf chown fchmod mkfifo openpty wait4 WNOHANG"
SIGNALS = "SIGALRM SIGCHLD SIGHUP SIGKILL SIGPIPE SIGQUIT SIGUSR1 SIGUSR2 alarm pthread_sigmask setitimer sigwait"


def without(module, names):
    """A module's copy: everybody else's stays as it is."""
    copy = types.ModuleType(module.__name__)
    copy.__dict__.update({name: value for name, value in vars(module).items() if name not in names.split()})
    return copy


HAS_LESS = {"os": without(os, POSIX), "signal": without(signal, SIGNALS)}
real = builtins.__import__


def on_windows(name, importer=None, local=None, fromlist=(), level=0):
    if not level and (importer or {}).get("__name__", "").partition(".")[0] == "xpayclient":
        if name in MISSING:
            raise ModuleNotFoundError(f"Windows has no {name}: {importer['__name__']}")
        if name in HAS_LESS:
            return HAS_LESS[name]
    return real(name, importer, local, fromlist, level)


def main():
    builtins.__import__ = on_windows
    has_project = "DJANGO_SETTINGS_MODULE" in os.environ
    if has_project:
        importlib.import_module("django").setup()
    for module in pkgutil.walk_packages(importlib.import_module("xpayclient").__path__, "xpayclient."):
        if has_project or not module.name.startswith(("xpayclient.django", "xpayclient.apps")):
            print(importlib.import_module(module.name).__name__)


if __name__ == "__main__":
    main()
