import hashlib
import re

from agreements.figures.geometry import FOLDER
from agreements.figures.marks import MARKS
from agreements.figures.picture import RAMP

STATIC = FOLDER.parent
CSS = (STATIC / "css" / "site.css").read_text(encoding="utf-8")
SCRIPT = (STATIC / "js" / "site.js").read_text(encoding="utf-8")


def test_vendored_files_are_those_whose_hashes_are_kept():
    listed = dict(line.split("  ")[::-1] for line in (STATIC / "vendor" / "SHA256SUMS").read_text().splitlines())
    present = {
        path.relative_to(STATIC / "vendor").as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (STATIC / "vendor").rglob("*")
        if path.is_file() and path.name not in ("SHA256SUMS", "README.md")
    }
    readme = (STATIC / "vendor" / "README.md").read_text(encoding="utf-8")

    assert present == listed
    assert all(digest in readme for digest in listed.values())


def test_stylesheet_has_a_colour_for_every_status_in_light_dark_and_print():
    for slug in MARKS:
        assert len(re.findall(rf"--st-{slug}: #[0-9A-F]{{6}}", CSS)) == 3, slug
    for i in range(len(RAMP)):
        assert len(re.findall(rf"--ramp-{i}: #[0-9A-F]{{6}}", CSS)) == 3


def test_stylesheet_names_only_files_that_exist():
    for name in re.findall(r'url\("([^"]+)"\)', CSS):
        assert (STATIC / "css" / name).resolve().is_file(), name


def test_script_keeps_plotly_from_asking_another_host_for_a_map():
    assert "PlotlyGeoAssets" in SCRIPT
    assert not re.search(r"https?://", SCRIPT)
    assert "innerHTML" not in SCRIPT
