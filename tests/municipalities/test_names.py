import pytest

from municipalities.names import fold, forms, kind_of, squash


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("  South   MIAMI ", "south miami"),
        ("City of South Miami", "south miami"),
        ("The Town of Davie", "davie"),
        ("TOWN OF DAVIE", "davie"),
        ("Borough of Lindenwold", "lindenwold"),
        ("Charter Township of Canton", "canton"),
        ("City and County of Honolulu", "honolulu"),
        ("South Miami city", "south miami"),
        ("Miami Shores village", "miami shores"),
        ("Canton charter township", "canton"),
        ("Indianapolis city (balance)", "indianapolis"),
        ("Nashville-Davidson metropolitan government (balance)", "nashville davidson"),
        ("Dade City city", "dade city"),
        ("Dade City", "dade city"),
        ("DADE CITY", "dade city"),
        ("dade city", "dade city"),
        ("North Bay Village", "north bay village"),
        ("Ft. Lauderdale", "fort lauderdale"),
        ("Fort Lauderdale", "fort lauderdale"),
        ("St. Petersburg", "saint petersburg"),
        ("St Petersburg", "saint petersburg"),
        ("Saint Petersburg", "saint petersburg"),
        ("Ste. Genevieve", "sainte genevieve"),
        ("Mt. Dora", "mount dora"),
        ("Bensalem Twp.", "bensalem township"),
        ("N. Miami Bch", "north miami beach"),
        ("Polk Co.", "polk county"),
        ("Miami-Dade", "miami dade"),
        ("Miami Dade", "miami dade"),
        ("Coeur d’Alene", "coeur dalene"),
        ("Coeur d'Alene", "coeur dalene"),
        ("Cañon City", "canon city"),
        ("Doña Ana", "dona ana"),
        ("Radio & Television", "radio and television"),
        ("s", "s"),
        (" – ", ""),
        ("", ""),
    ],
)
def test_fold_one_spelling(written, folded):
    assert fold(written) == folded


def test_fold_miamis_stay_apart():
    miamis = [
        "Miami",
        "West Miami",
        "South Miami",
        "North Miami",
        "North Miami Beach",
        "Miami Springs",
        "Miami Shores",
        "Miami Lakes",
        "Miami Gardens",
        "Miami Beach",
        "Miami-Dade",
        "Doral",
    ]

    assert len({fold(name) for name in miamis}) == len(miamis)


def test_fold_keep_kind_keeps_what_was_typed():
    assert fold("Washington township") == "washington"
    assert fold("Washington township", keep_kind=True) == "washington township"


@pytest.mark.parametrize(
    ("name", "full_name", "expected"),
    [
        ("Bensalem", "Bensalem township", ("bensalem", "bensalem township")),
        ("Dade City", "Dade City", ("dade city",)),
        ("Miami Shores", "Miami Shores village", ("miami shores", "miami shores village")),
        (
            "Paso Robles",
            "El Paso de Robles (Paso Robles) city",
            ("paso robles", "el paso de robles paso robles", "el paso de robles paso robles city", "el paso de robles"),
        ),
        ("Miami", "", ("miami",)),
    ],
)
def test_forms_best_first(name, full_name, expected):
    assert forms(name, full_name) == expected


def test_forms_dade_is_no_form_of_dade_city():
    assert "dade" not in forms("Dade City", "Dade City")


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Town of Davie", "town"),
        ("Charter Township of Canton", "township"),
        ("City and County of Honolulu", "city"),
        ("Bensalem Twp", "township"),
        ("Miami Shores Village", "village"),
        ("Miami", ""),
        ("City", ""),
    ],
)
def test_kind_of_claimed_kind(written, kind):
    assert kind_of(written) == kind


def test_squash_one_word_or_two():
    assert squash("La Belle") == squash("LaBelle")
    assert squash("Belle") != squash("LaBelle")
