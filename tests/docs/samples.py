"""Runs the documents' samples as a reader would: in a directory that looks like a clone, against a sandbox over TLS."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys

import pages

ROOT = pages.ROOT
sys.path.insert(0, str(ROOT / "scripts"))
import package  # noqa: E402
import phps  # noqa: E402

import sandbox  # noqa: E402

RELEASE = ROOT / "target/release"
WORKSHOP = ROOT / "target/tests-documents"
# Languages whose samples must run, or be part of a file that runs.
RUN = {"c", "cpp", "csharp", "php", "python", "rust", "sh"}
# The parts of a clone that the commands use.
CLONE = ["target", "include", "examples", "ffi-php", "dist", "Makefile"]


class Wrong(Exception):
    """A sample does not do what its page says."""


def expect(holds, what):
    if not holds:
        raise Wrong(what)


def check(page, wanted):
    """Runs the samples of an English page. `wanted`, by language: the beginning of each output, or a pair of that and code that
    uses the sample as `{sample}`; for the shell True; or, as a text, the reason for not running them."""
    samples = pages.blocks(page)
    for language, code, source in samples:
        if source is not None:
            expect(is_part(code, source), f"{page} shows what is not in {source}:\n{code}")
    whole = [(language, code) for language, code, source in samples if source is None and language in RUN]
    gone = set(wanted) - {language for language, _ in whole}
    expect(not gone, f"{page} has no samples in {gone} any more: tests/documents.py names them")
    for language in sorted({language for language, _ in whole}):
        codes = [code for written_in, code in whole if written_in == language]
        wish = wanted.get(language)
        if language == "rust":
            compiled = (ROOT / "tests/rust/lib.rs").read_text("utf-8")
            expect(f"../../{page}" in compiled, f"{page} has samples in Rust: name it in tests/rust/lib.rs")
        elif isinstance(wish, str):
            print(f"{page}: samples in {language} are not run here: {wish}")
        elif language == "sh":
            expect(wish, f"{page} has samples in sh: name them in tests/documents.py")
            shell(page, codes, dict(reversed(whole)))
        else:
            expect(wish and len(wish) == len(codes), f"{page} has {len(codes)} samples in {language}: name them")
            for code, said in zip(codes, wish):
                pays(page, language, code, *((said, "{sample}") if isinstance(said, str) else said))


def is_part(code, source):
    """Whether the file has these consecutive lines, with any indentation."""
    flat = ["\n".join(map(str.strip, text.strip().splitlines())) for text in (code, (ROOT / source).read_text("utf-8"))]
    return flat[0] in flat[1]


def opened():
    shutil.rmtree(WORKSHOP, ignore_errors=True)
    WORKSHOP.mkdir(parents=True)
    for name in CLONE:
        (WORKSHOP / name).symlink_to(ROOT / name)


def pays(page, language, code, wanted, frame):
    """Runs a sample, given a home_dir and a PAYKEY."""
    opened()
    with sandbox.running(WORKSHOP / "shop") as gateway:
        call = PREPARED[language](frame.replace("{sample}", code).replace("/home/shop/lgdacom", gateway.home))
        if call is None:
            return
        call = [*call, gateway.home, gateway.paykey("order-1", 23400)]
        done = subprocess.run(call, cwd=WORKSHOP, stdout=subprocess.PIPE, encoding="utf-8", env=environment(gateway.home))
    expect(done.returncode == 0 and done.stdout.startswith(wanted), f"{page}: the sample in {language} said: {done.stdout}")


def environment(home):
    return {
        **os.environ,
        "XPAY_HOME": home,
        "PATH": f"{RELEASE}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(WORKSHOP / "python"),
        "PYTHONDONTWRITEBYTECODE": "1",
        **{name: value for name, value in phps.quiet().items() if name.startswith("COMPOSER")},
    }


def in_c(code):
    return compiled(code, "cc", "payment.c")


def in_cpp(code):
    return compiled(code, "c++ -std=c++11", "payment.cpp")


def compiled(code, compiler, file):
    (WORKSHOP / file).write_text(code, "utf-8")
    flags = ["-Wall", "-Wextra", "-Werror", f"-I{ROOT / 'include'}", f"-L{RELEASE}", f"-Wl,-rpath,{RELEASE}"]
    subprocess.run([*compiler.split(), file, "-o", "payment", *flags, "-lxpayclient"], cwd=WORKSHOP, check=True)
    return ["./payment"]


def in_csharp(code):
    if not (shutil.which("mcs") and shutil.which("mono")):
        print("THE SAMPLE IN C# IS NOT RUN: there is no Mono here / Mono가 없어 C# 예제를 실행하지 않습니다")
        return None
    (WORKSHOP / "Payment.cs").write_text(code, "utf-8")
    subprocess.run(["mcs", "Payment.cs"], cwd=WORKSHOP, check=True)
    return ["env", f"LD_LIBRARY_PATH={RELEASE}", "mono", "Payment.exe"]


def in_python(code):
    package.lay_out(WORKSHOP / "python")
    (WORKSHOP / "payment.py").write_text(code, "utf-8")
    return [sys.executable, "payment.py"]


def in_php(code):
    """With the class and the library next to it, and the package as Composer installs it."""
    php = phps.found().get("PHP 8")
    if php is None:
        print("THE SAMPLES IN PHP ARE NOT RUN: there is none here / PHP가 없어 PHP 예제를 실행하지 않습니다")
        return None
    (WORKSHOP / "payment.php").write_text(code, "utf-8")
    shutil.copy(phps.CLASS, WORKSHOP)
    shutil.copy(RELEASE / "libxpayclient.so", WORKSHOP)
    phps.project(WORKSHOP)
    return [php, "payment.php"]


PREPARED = {"c": in_c, "cpp": in_cpp, "csharp": in_csharp, "php": in_php, "python": in_python}

# Commands that run until they are stopped, and the stream on which they report that they are ready.
SERVERS = {r"^\S*xpay sandbox --dir": "stdout", r"--watch": "stderr", r" -S 127": "stderr"}


def shell(page, codes, files):
    """Runs the page's commands in order, with its other samples as the files that they name."""
    opened()
    # Composer must not use a registry.
    (WORKSHOP / "composer.json").write_text('{"repositories": {"packagist.org": false}}')
    for name, language in (("payment.c", "c"), ("payment.py", "python")):
        (WORKSHOP / name).write_text(files.get(language, ""), "utf-8")
    with sandbox.running(WORKSHOP / "shop") as gateway:
        for code in codes:
            servers, script = [], ["set -eu"]
            for line in code.splitlines():
                line = re.sub(r"\s+# .*", "", here(line, gateway))
                stream = next((stream for pattern, stream in SERVERS.items() if re.search(pattern, line)), None)
                target = re.match(r"make (\S+)", line)
                if target:
                    expect(f"\n{target[1]}:" in (ROOT / "Makefile").read_text("utf-8"), f"{page}: there is no `{line}`")
                elif stream:
                    exported = [one for one in script if one.startswith(("set ", "export "))]
                    servers.append((stream, "\n".join([*exported, f"exec {words(line)}"])))
                else:
                    script.append(line)
            if lacking(code):
                print(f"{page}: NOT RUN, there is no {lacking(code)} here / {lacking(code)} 없이 실행하지 않음:\n{code}")
                continue
            ran = subprocess.run(
                ["sh", "-c", "\n".join(script)],
                cwd=WORKSHOP,
                env=environment(gateway.home),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
            )
            expect(ran.returncode == 0, f"{page}: status {ran.returncode} of\n" + "\n".join([*script, ran.stdout]))
            for stream, server in servers:
                serves(page, stream, server, gateway)


def lacking(code):
    """The first missing tool that the commands need; None if there is none."""
    if "dist/*.whl" in code and not any((ROOT / "dist").glob("*.whl")):
        return "wheel"
    return next((tool for tool in ("composer", "php") if re.search(rf"\b{tool} ", code) and not shutil.which(tool)), None)


def words(line):
    """`exec` accepts no variables before the command; `env` does."""
    return f"env {line}" if re.match(r"[A-Z_]+=", line) else line


def here(line, gateway):
    """The line with this run's paths and numbers instead of those on the page."""
    for shown, real in (
        ("/home/shop/lgdacom", gateway.home),
        ("/path/to/target", str(ROOT / "target")),
        ("target/sandbox", str(WORKSHOP / "other")),
        (" --web-port 8090", ""),
        ("127.0.0.1:8090", gateway.facts["web"].removeprefix("http://")),
        ("127.0.0.1:8080", f"127.0.0.1:{free_port()}"),
    ):
        line = line.replace(shown, real)
    if "sandbox --dir /tmp/shop" in line:
        return line.replace("/tmp/shop", str(WORKSHOP / "other"))
    if "LGD_TXID" in line:
        line = line.replace("LGD_TXID", in_doubt(gateway))
    if "trigger deposit --" in line:
        virtual_account(gateway)
    return line.replace("/tmp/shop", str(WORKSHOP / "shop"))


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def in_doubt(gateway):
    """LGD_TXID of a payment without an answer and without a Rollback."""
    xpay = client(gateway)
    xpay.SetConfig("auto_rollback", "0")
    return paid(xpay, gateway.paykey(f"lost-{os.urandom(4).hex()}", 23400), XPAY_SANDBOX_FAULT="close")


def virtual_account(gateway):
    """An account for order-1, whose notifications nobody receives."""
    notices = f"http://127.0.0.1:{free_port()}/"
    paid(client(gateway), gateway.paykey("order-1", 23400, "--paytype", "SC0040", "--casnoteurl", notices))


def client(gateway):
    if not (WORKSHOP / "python").exists():
        package.lay_out(WORKSHOP / "python")
    sys.path.insert(0, str(WORKSHOP / "python"))
    from xpayclient import XPayClient

    return XPayClient(gateway.home, "test")


def paid(xpay, paykey, **more):
    xpay.Init_TX("tlgdacomxpay")
    for name, value in {"LGD_TXNAME": "PaymentByKey", "LGD_PAYKEY": paykey, **more}.items():
        xpay.Set(name, value)
    xpay.TX()
    return xpay.TX_ID


def serves(page, stream, script, gateway):
    """Starts a server, waits until it is ready, and stops it with all its children."""
    call = ["sh", "-c", script]
    with subprocess.Popen(
        call, cwd=WORKSHOP, env=environment(gateway.home), start_new_session=True, **{stream: subprocess.PIPE}
    ) as process:
        line = getattr(process, stream).readline()
        os.killpg(process.pid, signal.SIGTERM)
    expect(line and b"rror" not in line, f"{page}: this did not start: {line.decode()}\n{script}")
