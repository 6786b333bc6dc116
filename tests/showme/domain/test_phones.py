import pytest

from showme.domain.phones import kind_of_phone

IOS = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "kind", "browser"),
    [
        (f"{IOS} Version/18.1 Mobile/15E148 Safari/604.1", "iPhone", "Safari"),
        (f"{IOS} CriOS/131.0 Mobile/15E148 Safari/604.1", "iPhone", "Chrome"),
        (f"{IOS} FxiOS/133.0 Mobile/15E148 Safari/605.1.15", "iPhone", "Firefox"),
        (f"{IOS} EdgiOS/131.0 Mobile/15E148 Safari/605.1.15", "iPhone", "Edge"),
        (f"{IOS} Mobile/22B91 [FBAN/FBIOS;FBAV/490.0]", "iPhone", "Facebook"),
        (f"{IOS} Mobile/22B91 Instagram 360.0", "iPhone", "Instagram"),
        (f"{ANDROID} Chrome/131.0 Mobile Safari/537.36", "Android", "Chrome"),
        (f"{ANDROID} SamsungBrowser/27.0 Chrome/125.0 Mobile Safari/537.36", "Android", "Samsung Internet"),
        (f"{ANDROID} Chrome/131.0 Mobile Safari/537.36 EdgA/131.0", "Android", "Edge"),
        (f"{ANDROID} Chrome/131.0 Mobile Safari/537.36 OPR/86.0", "Android", "Opera"),
        ("Mozilla/5.0 (Android 15; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0", "Android", "Firefox"),
        ("Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) Version/18.1 Safari/604.1", "iPad", "Safari"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0 Safari/537.36 Edg/131.0", "Windows", "Edge"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1.15", "Mac", "Safari"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Linux", "Firefox"),
        ("curl/8.11", None, None),
        ("", None, None),
    ],
)
def test_a_dispatcher_reads_which_phone_and_browser_it_is(agent: str, kind: str | None, browser: str | None) -> None:
    assert kind_of_phone(agent) == (kind, browser)
