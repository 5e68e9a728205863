"""Files that somebody attaches as evidence: few kinds, of a bounded size, and each what its name says."""

from __future__ import annotations

from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from mezon.errors import WrongUse

LARGEST = 10 * 1024 * 1024
_ZIP = b"PK\x03\x04"

#: Ending -> how the content of such a file begins; empty: any text.
KINDS: dict[str, bytes] = {
    ".pdf": b"%PDF-",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".xlsx": _ZIP,
    ".docx": _ZIP,
    ".ods": _ZIP,
    ".odt": _ZIP,
    ".csv": b"",
    ".txt": b"",
}


def checked_evidence(file: UploadedFile[bytes]) -> tuple[str, bytes]:
    """Give the name and content of a file fit to be kept. Raises : WrongUse, saying what is accepted."""
    name = file.name or ""
    ending = PurePath(name).suffix.lower()
    if ending not in KINDS:
        raise WrongUse(
            _("A file of this kind is not accepted as evidence."),
            hint=_("Send one of these: %(kinds)s.") % {"kinds": ", ".join(sorted(KINDS))},
        )
    if (file.size or 0) > LARGEST:
        raise WrongUse(_("The file is larger than 10 MB."), hint=_("Send the page that shows the figure."))
    content = file.read()
    if not content:
        raise WrongUse(_("The file is empty."), hint=_("Choose it again."))
    if not _is_what_it_says(content, KINDS[ending]):
        raise WrongUse(
            _("The content of the file is not what its name says."), hint=_("Save it again as the kind that it is.")
        )
    return name, content


def _is_what_it_says(content: bytes, beginning: bytes) -> bool:
    if beginning:
        return content.startswith(beginning)
    return b"\x00" not in content
