"""A page in headless Chromium, driven over its debugging protocol."""

import base64
import json
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import websocket

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
SWITCHES = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--no-first-run",
    "--remote-debugging-port=0",
]


class Browser:
    """One window; what the page asks of the network or says on the console is kept."""

    def __init__(self, folder):
        if BROWSER is None:
            pytest.skip("Chromium is not installed (Debian's package chromium)")
        self.downloads = Path(folder) / "downloads"
        self.downloads.mkdir(parents=True)
        profile = Path(folder) / "profile"
        self._process = subprocess.Popen(
            [BROWSER, *SWITCHES, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.pid = self._process.pid
        port, path = self._address(profile / "DevToolsActivePort")
        self._socket = websocket.create_connection(
            f"ws://127.0.0.1:{port}{path}", suppress_origin=True, timeout=60
        )
        self._count, self._session = 0, None
        self.requests, self.console = [], []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        attached = self.send("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")

    def _address(self, port_file):
        for _ in range(300):
            if port_file.is_file() and len(lines := port_file.read_text().split("\n")) > 1:
                return lines[0], lines[1]
            time.sleep(0.1)
        raise RuntimeError("Chromium did not start")

    def send(self, method, **parameters):
        """Result of a command."""
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._socket.send(json.dumps(message))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == self._count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self._note(answer)

    def _note(self, event):
        method, given = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(given["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.console.append(json.dumps(given["exceptionDetails"])[:600])
        elif method == "Runtime.consoleAPICalled" and given["type"] in ("error", "warning"):
            self.console.append(json.dumps(given["args"])[:600])
        elif method == "Log.entryAdded" and given["entry"]["level"] in ("error", "warning"):
            self.console.append(given["entry"]["text"][:600])

    def run(self, code):
        """Value of JavaScript; promises are waited for."""
        answer = self.send(
            "Runtime.evaluate", expression=code, returnByValue=True, awaitPromise=True,
            allowUnsafeEvalBlockedByCSP=False,
        )  # fmt: skip
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"])[:800])
        return answer["result"].get("value")

    def size(self, width, height=900):
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip

    def open(self, path, width=1440):
        """Load a page and wait until its scripts are done; seconds that it took."""
        self.size(width)
        self.requests.clear()
        self.console.clear()
        start = time.perf_counter()
        self.send("Page.navigate", url=Path(path).absolute().as_uri())
        for _ in range(600):
            if self.run("document.documentElement?.dataset.ready === 'yes'"):
                break
            time.sleep(0.02)
        return time.perf_counter() - start

    def press(self, key, modifiers=0):
        codes = {"Tab": 9, "Enter": 13, " ": 32, "ArrowDown": 40, "ArrowRight": 39}
        given = {"key": key, "code": {" ": "Space"}.get(key, key), "modifiers": modifiers,
                 "windowsVirtualKeyCode": codes[key]}  # fmt: skip
        if key in ("Enter", " "):
            given["text"] = {"Enter": "\r", " ": " "}[key]
        self.send("Input.dispatchKeyEvent", type="keyDown", **given)
        self.send("Input.dispatchKeyEvent", type="keyUp", **given)

    def type(self, text):
        self.send("Input.insertText", text=text)

    def screenshot(self, path, whole=False):
        shot = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        Path(path).write_bytes(base64.b64decode(shot["data"]))

    def print(self, path):
        printed = self.send("Page.printToPDF", printBackground=True)
        Path(path).write_bytes(base64.b64decode(printed["data"]))

    def downloaded(self, act):
        """Text of the file that `act` makes the page hand over."""
        self.send("Page.setDownloadBehavior", behavior="allow", downloadPath=str(self.downloads))
        before = set(self.downloads.iterdir())
        act()
        for _ in range(200):
            new = [p for p in set(self.downloads.iterdir()) - before if p.suffix == ".csv"]
            if new:
                return new[0].read_text(encoding="utf-8")
            time.sleep(0.05)
        raise RuntimeError("nothing was downloaded")

    def close(self):
        try:
            self._session = None
            self.send("Browser.close")
        except Exception:
            self._process.terminate()
        self._socket.close()
        self._process.wait(timeout=30)
