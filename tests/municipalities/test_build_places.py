import csv
import subprocess
import sys
from pathlib import Path

from municipalities.reading import read

ROOT = Path(__file__).resolve().parent.parent.parent


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        lines.writeheader()
        lines.writerows(rows)


def source(folder):
    folder.mkdir()
    county = {"state": "CT", "name": "Hartford", "full_name": "Hartford County", "lat": "41.8", "lon": "-72.7"}
    write(
        folder / "counties.csv", [{"geoid": "09003", **county, "pop_2022_est": "", "vintage": "2020 (replaced 2022)"}]
    )
    point = {"lat": "41.7", "lon": "-72.6"}
    write(
        folder / "municipalities.csv",
        [
            {
                "geoid": "0937000",
                "state": "CT",
                "name": "Hartford",
                "full_name": "Hartford city",
                "kind": "city",
                **point,
                "pop_2024_est": "122136",
                "county_geoids": "09003",
                "point_source": "tiger2019",
            }
        ],
    )
    towns = [("0900337070", "Hartford", "C", point), ("0900302060", "Avon", "A", {"lat": "", "lon": ""})]
    write(
        folder / "cousubs.csv",
        [
            {
                "geoid": geoid,
                "state": "CT",
                "county_geoid": "09003",
                "name": name,
                "full_name": f"{name} town",
                "kind": "town",
                "funcstat_2010": status,
                **at,
            }
            for geoid, name, status, at in towns
        ],
    )
    return folder


def build(*arguments):
    return subprocess.run(
        [sys.executable, ROOT / "script" / "build_places", *arguments], capture_output=True, text=True, check=True
    ).stdout


def test_build_places_writes_what_load_reads_and_the_same_each_time(tmp_path):
    src, first, second = source(tmp_path / "src"), tmp_path / "first", tmp_path / "second"
    facts = tmp_path / "facts.csv"
    write(facts, [{"municipality": "Nobody", "county": "None", "has_own_police": "unknown", "police_source": ""}])

    printed = build(src, "--out", first, "--policing", facts, "--merges")
    build(src, "--out", second, "--policing", facts)
    build(src, "--out", second)

    assert "0900337070 Hartford town → Hartford city (status C)" in printed
    assert [row.full_name for row in read(first).municipalities] == ["Avon town", "Hartford city"]
    for file in first.iterdir():
        assert (second / file.name).read_bytes() == file.read_bytes(), file.name
