"""A corpus folder and a data folder, with what tests do to them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from app.library import IndexReport, Library, index
from app.model import StoredDocument


@dataclass(frozen=True)
class Folders:
    corpus: Path
    data: Path

    def write(self, source: str, text: str, encoding: str = "utf-8", **sidecar: object) -> Path:
        path = self.corpus / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(encoding))
        if sidecar:
            self.write_sidecar(source, json.dumps(sidecar, ensure_ascii=False))
        return path

    def write_sidecar(self, source: str, content: str) -> None:
        (self.corpus / f"{source}.json").write_text(content, encoding="utf-8")

    def index(self, rebuild: bool = False) -> IndexReport:
        return index(self.corpus, self.data, rebuild=rebuild)

    def open(self) -> Library:
        return Library.open(self.corpus, self.data)

    def documents(self) -> dict[str, StoredDocument]:
        """What is published, by source in corpus order."""
        with self.open() as library:
            store = library.snapshot().documents
            found = [store.get(name) for name in store.ids()]
        return {stored.document.source: stored for stored in found if stored is not None}

    def everything(self) -> dict[str, bytes]:
        """Every file of the data folder."""
        files = [path for path in self.data.rglob("*") if path.is_file()]
        return {str(path.relative_to(self.data)): path.read_bytes() for path in files}
