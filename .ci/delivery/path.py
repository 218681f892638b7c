"""What a trace passes on its way: nginx as the TLS front, rotel as a collector, and a sink in this process.

nginx copies each request to the sink as it arrived, so that the bytes of this crate are judged and not
only what rotel made of them. All of it listens on loopback and writes below one folder.
"""

import contextlib
import gzip
import http.server
import json
import os
import socket
import subprocess
import threading
import time

# How long a program may take to listen, in seconds; both need a fraction of one on an idle machine.
PATIENCE = 30

# Rules that nginx obeys until a file named after the rule appears, each under a path of its own. They
# are the ways in which Tempo, or what stands before it, refuses.
RULES = {
    "429": "add_header Retry-After 1 always; return 429;",
    "503": "return 503;",
    "307": "return 307 https://$host:$server_port/elsewhere/v1/traces;",
    "444": "return 444;",
}
# The limits on bodies under two paths, in bytes: the first takes any one dispatch of the charm and not the
# three that wait when it is first tried; the second takes no `install` as a whole.
LIMITS = {"413": 6 * 1024, "split": 2 * 1024}

FRONT = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.error.log;
events {{ worker_connections 64; }}
http {{
    log_format wire escape=json '{{"uri":"$uri","status":$status,"tls":"$ssl_protocol",'
        '"name":"$ssl_server_name","connection":$connection,"nth":$connection_requests,'
        '"encoding":"$http_content_encoding","type":"$content_type","agent":"$http_user_agent",'
        '"length":"$content_length"}}';
    access_log {folder}/access.log wire;
    client_body_temp_path {folder}/body;
    client_body_buffer_size 8m;
    client_max_body_size 64m;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    ssl_certificate {folder}/server.pem;
    ssl_certificate_key {folder}/server.key;
    {servers}
}}
"""
SERVER = """
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_protocols {protocol};
        location / {{ return 404; }}
        location = /v1/traces {{ mirror /copy; proxy_pass http://127.0.0.1:{collector}; }}
        location = /copy {{ internal; proxy_pass http://127.0.0.1:{sink}/as-it-came; }}
        location = /elsewhere/v1/traces {{ proxy_pass http://127.0.0.1:{sink}; }}
        {rules}
    }}
"""
RULE = """
        location = /{name}/v1/traces {{
            if (!-f {folder}/{name}) {{ {rule} }}
            proxy_pass http://127.0.0.1:{sink};
        }}
"""
LIMIT = """
        location = /{name}/v1/traces {{
            client_max_body_size {limit};
            proxy_pass http://127.0.0.1:{sink};
        }}
"""


class Sink(http.server.ThreadingHTTPServer):
    """Keeps each request's path, headers and body, and answers as OTLP wants: 200 and an empty message."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.port = self.server_address[1]
        self.received = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def bodies(self, path):
        return [body for at, _, body in list(self.received) if at == path]


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            body = self.chunks()
        else:
            body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.received.append((self.path, dict(self.headers), body))
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", "0")
        self.end_headers()

    def chunks(self):
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, *_):
        pass


def authority(folder, name):
    """Makes a CA with openssl, as a charm that issues certificates would: `name`.pem and `name`.key."""
    openssl(folder, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{name}.key")
    openssl(
        folder, "req", "-x509", "-new", "-key", f"{name}.key", "-out", f"{name}.pem", "-days", "2",
        "-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE",
        "-addext", "keyUsage=critical,keyCertSign,cRLSign",
    )


def certificate(folder, ca):
    """The front's certificate, for localhost by name and by address."""
    openssl(folder, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "server.key")
    openssl(folder, "req", "-new", "-key", "server.key", "-out", "server.csr", "-subj", "/CN=front")
    (folder / "server.ext").write_text(
        "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n"
    )
    openssl(
        folder, "x509", "-req", "-in", "server.csr", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key",
        "-CAcreateserial", "-out", "server.pem", "-days", "2", "-extfile", "server.ext",
    )


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def free_ports(count):
    """Ports that were free a moment ago, all of them different."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


class Path:
    """The whole way; a context, since whatever was started has to end."""

    def __init__(self, folder, rotel):
        self.folder = folder
        self.rotel = rotel
        self.running = contextlib.ExitStack()

    def __enter__(self):
        authority(self.folder, "ca")
        authority(self.folder, "another-ca")
        certificate(self.folder, "ca")
        self.sink = Sink()
        self.running.callback(self.sink.shutdown)
        try:
            self.start()
        except BaseException:
            self.running.close()
            raise
        return self

    def __exit__(self, *_):
        self.running.close()

    def start(self):
        self.port, self.old_port, collector, grpc = free_ports(4)
        rules = "".join(
            RULE.format(name=name, rule=rule, folder=self.folder, sink=self.sink.port)
            for name, rule in RULES.items()
        )
        for name, limit in LIMITS.items():
            rules += LIMIT.format(name=name, limit=limit, sink=self.sink.port)
        servers = "".join(
            SERVER.format(
                port=port, protocol=protocol, collector=collector, sink=self.sink.port,
                rules=rules,
            )
            for port, protocol in [(self.port, "TLSv1.2 TLSv1.3"), (self.old_port, "TLSv1.2")]
        )
        file = self.folder / "nginx.conf"
        file.write_text(FRONT.format(folder=self.folder, servers=servers))
        local = "127.0.0.1"
        self.spawn(
            "rotel", collector, self.rotel, "start",
            "--otlp-http-endpoint", f"{local}:{collector}", "--otlp-grpc-endpoint", f"{local}:{grpc}",
            "--exporter", "otlp", "--otlp-exporter-protocol", "http",
            "--otlp-exporter-endpoint", f"http://{local}:{self.sink.port}",
            "--otlp-exporter-compression", "gzip", "--batch-timeout", "200ms",
            "--pid-file", self.folder / "rotel.pid", "--log-file", self.folder / "rotel.log",
        )
        log = self.folder / "nginx.error.log"
        self.spawn("nginx", self.port, "nginx", "-e", log, "-p", self.folder, "-c", file)

    def spawn(self, name, port, *command):
        output = self.running.enter_context(open(self.folder / f"{name}.out", "w"))
        # Variables such as ROTEL_* or a proxy of the one who runs this have no business here.
        environment = {"PATH": os.environ["PATH"] + ":/usr/sbin"}
        program = subprocess.Popen(
            [str(word) for word in command], stdout=output, stderr=output, cwd=self.folder,
            env=environment, stdin=subprocess.DEVNULL,
        )
        self.running.callback(end, program)
        until(lambda: listens(port, program, name), f"{name} does not listen")

    def arrivals(self):
        """How many requests came to nginx, and how many the collector passed on."""
        return [len(self.sink.bodies(side)) for side in ("/as-it-came", "/v1/traces")]

    def recover(self, rule):
        (self.folder / rule).touch()

    def passed(self, path=None):
        """What nginx logged of all requests, or those to a path."""
        lines = (self.folder / "access.log").read_text().splitlines()
        return [entry for entry in map(json.loads, lines) if path in (None, entry["uri"])]


def listens(port, program, name):
    if program.poll() is not None:
        raise SystemExit(f"{name} ended with {program.returncode}")
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def end(program):
    program.terminate()
    try:
        program.wait(10)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()


def until(holds, otherwise):
    """Waits for what another process does on its own."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise SystemExit(otherwise)
        time.sleep(0.02)
