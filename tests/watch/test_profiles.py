"""An account is read from what people paste."""

import pytest

from tocsin.watch.profiles import Profile, profile_of


@pytest.mark.parametrize(
    ("words", "profile"),
    [
        ("@MaisonBerthier", Profile("", "MaisonBerthier")),
        ("  maisonberthier ", Profile("", "maisonberthier")),
        ("https://www.instagram.com/maisonberthier/?hl=fr", Profile("instagram", "maisonberthier")),
        ("x.com/MaisonBerthier", Profile("x", "MaisonBerthier")),
        ("https://m.facebook.com/pages/maisonberthier", Profile("facebook", "maisonberthier")),
        ("https://bsky.app/profile/berthier.bsky.social", Profile("bluesky", "berthier.bsky.social")),
        ("https://www.linkedin.com/company/maison-berthier/", Profile("linkedin", "maison-berthier")),
        ("https://www.tiktok.com/@berthier", Profile("tiktok", "berthier")),
        ("https://www.youtube.com/@berthier", Profile("youtube", "berthier")),
        ("https://piaille.fr/@berthier", Profile("mastodon", "berthier@piaille.fr")),
        ("https://forum.example.org/berthier", Profile("", "berthier")),
        ("boulangerie.fr", Profile("", "boulangerie.fr")),
        ("https://instagram.com/", Profile("", "https://instagram.com/")),
        ("", Profile("", "")),
    ],
)
def test_an_account_is_read_from_what_people_paste(words: str, profile: Profile) -> None:
    assert profile_of(words) == profile
