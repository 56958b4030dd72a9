"""A reference of one invented state, small enough to read, which no real place can meet."""

from pathlib import Path

STATES = "code,name,fips\nZZ,Zembla,99\n"
COUNTIES = (
    "geoid,state,name,full_name,slug,latitude,longitude,population,is_current\n"
    "99001,ZZ,Onhava,Onhava County,onhava,10.0000,20.0000,500,yes\n"
    "99003,ZZ,Kobaltana,Kobaltana County,kobaltana,,,,no\n"
)
MUNICIPALITIES = (
    "key,name,full_name,kind,counties,slug,latitude,longitude,population\n"
    "9900001,Embla,Embla city,city,99001|99003,embla,10.5000,20.5000,300\n"
    "9900100002,Aros,Aros township,township,99001,aros,,,\n"
    "zz-blawick-town,Blawick,Blawick town,town,99003,blawick,,,7\n"
)
POLICING = 'key,policing,source\n9900001,own,"Zemblan Gazette, 1958"\n'


def write_folder(folder: Path, **texts: str) -> Path:
    """Writes the invented state's files into `folder`, some of them (`states=`, `zz=` …) with another text."""
    files = {"states": STATES, "counties": COUNTIES, "zz": MUNICIPALITIES, "policing": POLICING, **texts}
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder
