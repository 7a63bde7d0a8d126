"""Lists of versions: the official manifest and frp's own, whatever they hold."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.errors import FrpcError, FrpcMissing
from chmlfrp.frpc.release import (
    CHECKSUMS,
    pick,
    read_manifest,
    read_upstream,
    with_checksums,
)

SHA = "ab" * 32


def entry(platform: str, **fields: object) -> dict[str, object]:
    return {
        "os": "",
        "arch": "",
        "platform": platform,
        "link": f"https://files.example/{platform}",
        "hash": SHA.upper(),
        "hash_type": "sha256",
        "size": 100,
    } | fields


def manifest(*downloads: object) -> bytes:
    data = {"version": "ChmlFrp-0.51.2_251023", "downloads": list(downloads)}
    return json.dumps({"code": 200, "state": "success", "data": data}).encode()


def upstream(**fields: object) -> bytes:
    def asset(name: str, digest: str | None) -> dict[str, object]:
        url = f"https://hub.example/{name}"
        found: dict[str, object] = {
            "name": name,
            "browser_download_url": url,
            "size": 7,
        }
        return found | ({"digest": digest} if digest else {})

    release = {
        "tag_name": "v0.65.0",
        "assets": [
            asset("frp_0.65.0_linux_amd64.tar.gz", f"sha256:{SHA}"),
            asset("frp_0.65.0_windows_amd64.zip", None),
            asset("frp_0.65.0_linux_arm64.tar.gz", "sha256:nonsense"),
            asset(CHECKSUMS, None),
        ],
    }
    return json.dumps([release | fields]).encode()


@pytest.mark.parametrize(
    ("platform", "system", "machine"),
    [
        ("win_amd64.exe", "win32", "AMD64"),
        ("linux_amd64", "linux", "x86_64"),
        ("darwin_arm64", "darwin", "arm64"),
        ("linux_arm64", "linux", "aarch64"),
        ("win_386.exe", "win32", "i686"),
    ],
)
def test_the_manifest_names_a_file_for_each_machine(
    platform: str, system: str, machine: str
) -> None:
    release = read_manifest(manifest(entry("freebsd_amd64"), entry(platform)))
    asset = pick(release, system=system, machine=machine)
    assert asset.url == f"https://files.example/{platform}"
    assert (asset.sha256, asset.size) == (SHA, 100)
    assert release.version == "ChmlFrp-0.51.2_251023"


@pytest.mark.parametrize(
    "wrong",
    [
        {"link": "http://files.example/frpc"},
        {"link": "https://user:pw@files.example/frpc"},
        {"link": "file:///etc/passwd"},
        {"hash": "short"},
        {"hash_type": "md5"},
        {"size": 0},
        {"size": 1 << 40},
    ],
)
def test_an_entry_that_cannot_be_trusted_is_left_out(wrong: dict[str, object]) -> None:
    release = read_manifest(manifest(entry("linux_amd64", **wrong)))
    assert release.assets == ()
    with pytest.raises(FrpcMissing):
        pick(release, system="linux", machine="x86_64")


def test_releases_of_frp_carry_hashes_or_point_to_them() -> None:
    (release,) = read_upstream(upstream())
    linux = pick(release, system="linux", machine="x86_64")
    assert (linux.sha256, linux.size) == (SHA, 7)
    assert not pick(release, system="win32", machine="AMD64").sha256
    assert release.checksums_url == f"https://hub.example/{CHECKSUMS}"
    text = f"{'cd' * 32}  frp_0.65.0_windows_amd64.zip\nrubbish\n"
    whole = with_checksums(release, text)
    assert pick(whole, system="win32", machine="AMD64").sha256 == "cd" * 32
    assert pick(whole, system="linux", machine="x86_64").sha256 == SHA


def test_a_draft_is_no_release() -> None:
    with pytest.raises(FrpcError):
        read_upstream(upstream(draft=True))


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[]", b"{}", b'{"data":1}'])
def test_what_is_no_list_is_refused(body: bytes) -> None:
    with pytest.raises(FrpcError):
        read_manifest(body)
    with pytest.raises(FrpcError):
        read_upstream(body)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["data", "version", "downloads", "link", "hash", "size"])
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
downloads = st.lists(
    st.fixed_dictionaries(
        {
            "platform": st.sampled_from(["linux_amd64", "win_386.exe", "", "x"])
            | anything,
            "link": st.sampled_from(["https://h.example/f", "https://[bad"]) | anything,
            "hash": st.just(SHA) | anything,
            "hash_type": st.just("sha256") | anything,
            "size": anything,
            "os": anything,
            "arch": anything,
        }
    ),
    max_size=3,
)


@given(version=st.text(max_size=12) | anything, downloads=downloads | anything)
def test_whatever_a_manifest_holds_only_sound_files_come_out(
    version: object, downloads: object
) -> None:
    body = json.dumps({"data": {"version": version, "downloads": downloads}}).encode()
    try:
        release = read_manifest(body)
    except FrpcError:
        return
    for asset in release.assets:
        assert asset.url.startswith("https://") or "127.0.0.1" in asset.url
        assert len(asset.sha256) == 64
        assert asset.size is None or asset.size > 0


@given(anything)
def test_whatever_a_list_of_releases_holds_it_is_read_or_refused(data: object) -> None:
    try:
        found = read_upstream(json.dumps(data).encode())
    except FrpcError:
        return
    assert all(release.version for release in found)
