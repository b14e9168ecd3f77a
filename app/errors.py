"""Every error that Youju raises on purpose.

The tree::

    YoujuError
    ├── SettingsError          a setting has a value that cannot be used
    ├── DocumentError          a corpus file or its sidecar cannot be read
    │   ├── UnreadableDocument     the bytes are not text in a known encoding, or too large
    │   └── InvalidSidecar         the sidecar is not the JSON that is expected
    ├── LexiconError           a line of a dictionary or synonym file has the wrong form
    ├── IndexUnusable          the stored index is damaged, foreign, or of another version
    │   └── NotWritable            the data folder cannot be written; it can still be read
    ├── BackupError            a backup cannot be written, or is damaged or foreign
    ├── LibraryLocked          another process is writing to the data folder
    ├── WriterAway             no indexing process takes work now: none runs, or it is busy
    ├── UploadError            a document that was handed in cannot be taken
    │   ├── InvalidUpload          its name, collection or fields cannot be used
    │   ├── UnsupportedFormat      there is no reader for files of its name
    │   ├── UploadTooLarge         it has too many bytes
    │   └── DocumentExists         another content has its name already
    ├── StorageError           the corpus folder or the data folder cannot be written
    │   ├── StorageFull            the disk is full
    │   └── StorageReadOnly        the folder may not be written
    ├── UnknownDocument        no document has this id
    ├── InvalidQuestion        the question is empty, too long, or not text
    └── QuestionFileError      a line of an evaluation file has the wrong form

A message says what was wrong, shows the value, and names the way out.
A refusal to answer is a reply (`app.model.Refusal`), never an error.
"""


class YoujuError(Exception):
    """Base of all errors that Youju raises on purpose."""


class SettingsError(YoujuError):
    """A setting has a value that cannot be used."""


class DocumentError(YoujuError):
    """A corpus file or its sidecar cannot be read."""


class UnreadableDocument(DocumentError):
    """The bytes of a file are not text in a known encoding, or there are too many of them."""


class InvalidSidecar(DocumentError):
    """The sidecar of a document is not the JSON that is expected."""


class LexiconError(YoujuError):
    """A line of a dictionary or synonym file has the wrong form."""


class IndexUnusable(YoujuError):
    """The stored index is damaged, foreign, or of another version."""


class NotWritable(IndexUnusable):
    """The data folder cannot be written. What was published in it is as it was."""


class BackupError(YoujuError):
    """A backup cannot be written, or what should be one is damaged or foreign."""


class LibraryLocked(YoujuError):
    """Another process is writing to the data folder."""


class WriterAway(YoujuError):
    """No indexing process takes work now: none runs, or it is busy with something long."""


class UploadError(YoujuError):
    """A document that was handed in cannot be taken."""


class InvalidUpload(UploadError):
    """The name, the collection or the fields of an upload cannot be used."""


class UnsupportedFormat(UploadError):
    """There is no reader for files of this name."""


class UploadTooLarge(UploadError):
    """An upload has more bytes than a document may have."""


class DocumentExists(UploadError):
    """A document of this name exists, with another content or other fields."""


class StorageError(YoujuError):
    """The corpus folder or the data folder cannot be written."""


class StorageFull(StorageError):
    """There is no room on the disk."""


class StorageReadOnly(StorageError):
    """The folder may not be written."""


class UnknownDocument(YoujuError):
    """No document has this id."""


class OriginalGone(YoujuError):
    """The file of a document lies no more in the corpus folder, or cannot be read."""


class OriginalChanged(YoujuError):
    """The file of a document is not the one that the document was extracted from."""


class InvalidQuestion(YoujuError):
    """The question is empty, too long, or not text."""


class QuestionFileError(YoujuError):
    """A line of an evaluation file has the wrong form."""
