"""What the Hub of the tests answers at each address; `tests.hub_server` speaks the HTTP."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from email.message import Message
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

from tests.hub_store import Account, Branch, Entry, Refused, Store, is_large, tree

REPO = r"(?P<repo>[^/]+/[^/]+)"
PAGE = 3  # entries of a listing per page: few, so that paging is always used
MAX_SMALL_BYTES = 10 << 20
CONFLICT = "A commit has happened since. Please refresh and try again."


class Endpoints:
    """One request being answered: an endpoint returns data, or status, data and headers.

    Attributes:
        url, object_store: addresses of the Hub and of its object store.
        part_bytes: objects larger than this are asked for in parts; 0: never.
    """

    def __init__(
        self,
        store: Store,
        *,
        url: str,
        object_store: str,
        part_bytes: int,
        command: str,
        path: str,
        headers: Message,
        body: bytes,
    ) -> None:
        self.store, self.url, self.object_store = store, url, object_store
        self.part_bytes = part_bytes
        self.command, self.path, self.headers, self.body = command, path, headers, body
        self.query = {key: values[-1] for key, values in parse_qs(urlsplit(path).query).items()}

    # ---- who asks

    def _account(self, *, needed: bool = False) -> Account | None:
        words = (self.headers.get("Authorization") or "").split()
        if not words and not needed:
            return None
        account = self.store.accounts.get(words[-1]) if len(words) == 2 else None
        if account is None:
            raise Refused(401, "Invalid credentials in Authorization header")
        return account

    def _branch(self, repo: str, revision: str, *, write: bool = False) -> Branch:
        found = self.store.find(repo, self._account(needed=write), write=write)
        return found.branch(revision)

    def _json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise Refused(400, "the body is no JSON") from error

    # ---- repositories

    def whoami(self) -> object:
        account = self._account(needed=True)
        assert account is not None
        return {"type": "user", "name": account.name, "auth": {"type": "access_token"}}

    def create(self) -> object:
        account, wanted = self._account(needed=True), self._json()
        assert account is not None
        if wanted.get("type") != "dataset":
            raise Refused(400, "only datasets are kept here")
        private = wanted.get("visibility") == "private"
        owner = wanted.get("organization") or account.name
        repository = self.store.create(account, owner, wanted["name"], private)
        return {"url": f"{self.url}/datasets/{repository.name}", "id": "1"}

    def info(self, repo: str, revision: str = "main") -> object:
        branch = self._branch(repo, revision or "main")
        return {
            "id": repo,
            "private": self.store.repositories[repo].private,
            "sha": branch.head,
            "siblings": [{"rfilename": name} for name in sorted(branch.files)],
            "gated": False,
            "disabled": False,
            "tags": [],
            "downloads": 0,
            "likes": 0,
        }

    def refs(self, repo: str) -> object:
        found = self.store.find(repo, self._account())
        rows = [
            {"name": name, "ref": f"refs/heads/{name}", "targetCommit": branch.head}
            for name, branch in found.branches.items()
        ]
        return {"branches": rows, "tags": [], "converts": []}

    def new_branch(self, repo: str, branch: str) -> object:
        found = self.store.find(repo, self._account(needed=True), write=True)
        if branch in found.branches:
            raise Refused(409, "Reference already exists")
        start = found.branches["main"]
        found.branches[branch] = Branch(dict(start.files), list(start.commits))
        return {}

    def validate_yaml(self) -> object:
        try:
            front = yaml.safe_load(self._json()["content"].split("---\n")[1])
            assert isinstance(front, dict)
            assert isinstance(front.get("configs", []), list)
        except (yaml.YAMLError, IndexError, AssertionError) as error:
            message = {"errors": [{"message": f"YAML: {type(error).__name__}"}], "warnings": []}
            return 400, message, {}
        return {"errors": [], "warnings": []}

    # ---- reading

    def tree(self, repo: str, revision: str, folder: str = "") -> object:
        recursive = self.query.get("recursive", "").lower() in ("1", "true")
        rows = tree(self._branch(repo, revision).files, folder.strip("/"), recursive)
        start = int(self.query.get("cursor", 0))
        headers = {}
        if start + PAGE < len(rows):
            address = f"{self.url}{urlsplit(self.path).path}"
            query = f"recursive={recursive}&cursor={start + PAGE}"
            headers["Link"] = f'<{address}?{query}>; rel="next"'
        return 200, rows[start : start + PAGE], headers

    def paths_info(self, repo: str, revision: str) -> object:
        files = self._branch(repo, revision).files
        wanted = parse_qs(self.body.decode()).get("paths", [])
        rows = [files[path].listed(path) for path in wanted if path in files]
        for path in wanted:
            if path not in files and any(name.startswith(f"{path}/") for name in files):
                oid = hashlib.sha1(path.encode()).hexdigest()
                rows.append({"type": "directory", "path": path, "oid": oid, "size": 0})
        return rows

    def resolve(self, repo: str, revision: str, path: str) -> object:
        branch = self._branch(repo, revision)
        if path not in branch.files:
            raise Refused(404, "Entry not found", "EntryNotFound")
        entry = branch.files[path]
        headers = {"X-Repo-Commit": branch.head, "ETag": f'"{entry.blob_id}"'}
        if not entry.sha256:
            return self._ranged(entry.content, headers)
        signature = self.store.sign(entry.sha256, entry.bytes)
        linked = {"X-Linked-Size": str(entry.bytes), "X-Linked-ETag": f'"{entry.sha256}"'}
        location = f"{self.object_store}/cdn/{entry.sha256}?sig={signature}"
        return 302, b"", headers | linked | {"Location": location}

    def cdn(self, oid: str) -> object:
        if self.query.get("sig") not in self.store.signed:
            raise Refused(403, "no signature")
        return self._ranged(self.store.objects[oid], {"ETag": f'"{oid}"'})

    def _ranged(self, data: bytes, headers: dict[str, str]) -> object:
        headers = headers | {"Accept-Ranges": "bytes"}
        found = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range") or "")
        if self.command == "HEAD":
            return 200, b"", headers | {"Content-Length": str(len(data))}
        if not found:
            return 200, data, headers
        first, last = found.groups()
        start = int(first) if first else max(0, len(data) - int(last))
        end = min(int(last), len(data) - 1) if first and last else len(data) - 1
        if start >= len(data):
            return 416, b"", headers | {"Content-Range": f"bytes */{len(data)}"}
        where = f"bytes {start}-{end}/{len(data)}"
        return 206, data[start : end + 1], headers | {"Content-Range": where}

    # ---- writing

    def preupload(self, repo: str, revision: str) -> object:
        branch = self._branch(repo, revision, write=True)
        rows = []
        for file in self._json()["files"]:
            path, size = file["path"], int(file["size"])
            base64.b64decode(file["sample"], validate=True)
            old = branch.files.get(path)
            mode = "lfs" if is_large(path, size) else "regular"
            oid = (old.sha256 or old.blob_id) if old else None
            row = {"path": path, "uploadMode": mode, "shouldIgnore": False, "oid": oid}
            rows.append(row)
        return {"files": rows}

    def batch(self, repo: str) -> object:
        self.store.find(repo, self._account(needed=True), write=True)
        wanted = self._json()
        if wanted["operation"] != "upload" or wanted["hash_algo"] != "sha256":
            raise Refused(422, "only uploads named by SHA-256")
        objects = [self._action(repo, one["oid"], int(one["size"])) for one in wanted["objects"]]
        return {"transfer": "basic", "objects": objects}

    def _action(self, repo: str, oid: str, size: int) -> dict[str, Any]:
        row: dict[str, Any] = {"oid": oid, "size": size}
        if oid in self.store.objects:
            return row
        signature = self.store.sign(oid, size)
        place = f"{self.object_store}/lfs/{oid}"
        upload: dict[str, Any] = {"href": f"{place}?sig={signature}"}
        step = self.part_bytes
        if step and size > step:
            parts = range(1, -(-size // step) + 1)
            urls = {f"{n:05d}": f"{place}/{n}?sig={signature}" for n in parts}
            upload = {"href": f"{place}/complete?sig={signature}"}
            upload["header"] = {"chunk_size": str(step), **urls}
        verify = {"href": f"{self.url}/datasets/{repo}.git/info/lfs/verify"}
        return row | {"actions": {"upload": upload, "verify": verify}}

    def _signed(self, oid: str) -> int:
        """Check a signed address; a token has no business there."""
        if self.headers.get("Authorization"):
            raise Refused(400, "a token was sent to the object store")
        signed = self.store.signed.get(self.query.get("sig", ""))
        if signed is None or signed[0] != oid:
            raise Refused(403, "Request has expired")
        return signed[1]

    def put(self, oid: str) -> object:
        self.store.put(oid, self._signed(oid), self.body)
        return 200, b"", {}

    def put_part(self, oid: str, number: str) -> object:
        self._signed(oid)
        self.store.parts.setdefault(oid, {})[int(number)] = self.body
        return 200, b"", {"ETag": f'"{hashlib.md5(self.body).hexdigest()}"'}

    def complete(self, oid: str) -> object:
        size, stored = self._signed(oid), self.store.parts.get(oid, {})
        for part in self._json()["parts"]:
            content = stored.get(part["partNumber"], b"")
            if part["etag"].strip('"') != hashlib.md5(content).hexdigest():
                raise Refused(400, "a part is not what was sent")
        self.store.put(oid, size, b"".join(stored[n] for n in sorted(stored)))
        return {"success": True}

    def verify(self, repo: str) -> object:
        self.store.find(repo, self._account(needed=True), write=True)
        wanted = self._json()
        stored = self.store.objects.get(wanted["oid"])
        if stored is None or len(stored) != wanted["size"]:
            raise Refused(404, "the object is not there")
        return {}

    def commit(self, repo: str, revision: str) -> object:
        branch = self._branch(repo, revision, write=True)
        if self.headers.get("Content-Type") != "application/x-ndjson":
            raise Refused(415, "commits are NDJSON")
        lines = [json.loads(line) for line in self.body.splitlines()]
        header = lines[0]["value"]
        if lines[0]["key"] != "header" or not header["summary"]:
            raise Refused(400, "the first line is the header")
        if header.get("parentCommit", branch.head) != branch.head:
            raise Refused(412, CONFLICT)
        files = dict(branch.files)
        for line in lines[1:]:
            self._apply(files, line["key"], line["value"])
        if files == branch.files:
            raise Refused(400, "nothing would change")
        oid = branch.commit(files, header["summary"])
        url = f"{self.url}/datasets/{repo}/commit/{oid}"
        return {"success": True, "commitOid": oid, "commitUrl": url}

    def _apply(self, files: dict[str, Entry], key: str, value: dict[str, Any]) -> None:
        path = value["path"]
        if key == "deletedFile":
            if path not in files:
                raise Refused(404, "A file with this name doesn't exist", "EntryNotFound")
            del files[path]
        elif key == "file":
            content = base64.b64decode(value["content"], validate=True)
            if is_large(path, len(content)) or len(content) > MAX_SMALL_BYTES:
                raise Refused(400, f"{path} must go by LFS")
            files[path] = Entry(len(content), content)
        elif key == "lfsFile":
            stored = self.store.objects.get(value["oid"])
            if stored is None:
                raise Refused(400, f"LFS pointer of {path} points to an object that is not there")
            if len(stored) != value["size"]:
                raise Refused(400, f"{path} has {len(stored)} bytes, not {value['size']}")
            files[path] = Entry(len(stored), sha256=value["oid"])
        else:
            raise Refused(400, f"unknown key {key}")


ROUTES: list[tuple[str, str, Any]] = [
    ("GET", r"/api/whoami-v2", Endpoints.whoami),
    ("POST", r"/api/repos/create", Endpoints.create),
    ("POST", r"/api/validate-yaml", Endpoints.validate_yaml),
    ("GET", rf"/api/datasets/{REPO}", Endpoints.info),
    ("GET", rf"/api/datasets/{REPO}/revision/(?P<revision>[^/]+)", Endpoints.info),
    ("GET", rf"/api/datasets/{REPO}/refs", Endpoints.refs),
    ("POST", rf"/api/datasets/{REPO}/branch/(?P<branch>[^/]+)", Endpoints.new_branch),
    ("GET", rf"/api/datasets/{REPO}/tree/(?P<revision>[^/]+)(?P<folder>/.*)?", Endpoints.tree),
    ("POST", rf"/api/datasets/{REPO}/paths-info/(?P<revision>[^/]+)", Endpoints.paths_info),
    ("POST", rf"/api/datasets/{REPO}/preupload/(?P<revision>[^/]+)", Endpoints.preupload),
    ("POST", rf"/api/datasets/{REPO}/commit/(?P<revision>[^/]+)", Endpoints.commit),
    ("POST", rf"/datasets/{REPO}\.git/info/lfs/objects/batch", Endpoints.batch),
    ("POST", rf"/datasets/{REPO}\.git/info/lfs/verify", Endpoints.verify),
    ("PUT", r"/lfs/(?P<oid>[0-9a-f]{64})", Endpoints.put),
    ("PUT", r"/lfs/(?P<oid>[0-9a-f]{64})/(?P<number>\d+)", Endpoints.put_part),
    ("POST", r"/lfs/(?P<oid>[0-9a-f]{64})/complete", Endpoints.complete),
    ("GET HEAD", r"/cdn/(?P<oid>[0-9a-f]{64})", Endpoints.cdn),
    (
        "GET HEAD",
        rf"/datasets/{REPO}/resolve/(?P<revision>[^/]+)/(?P<path>.+)",
        Endpoints.resolve,
    ),
]
