from chmlfrp.api.call import Call
from support.replies import PASSWORD, TOKEN, reply


def test_a_call_shows_method_and_path_only() -> None:
    call = Call(method="GET", path="/login", query={"password": PASSWORD.reveal()})

    assert repr(call) == "GET /login"
    assert f"{call}" == "GET /login"


def test_a_reply_shows_no_body() -> None:
    assert repr(reply(b"secret")) == "GET /thing: HTTP 200, 6 bytes"


def test_a_reply_masks_what_was_secret_in_the_request() -> None:
    text = f"no user {TOKEN.reveal()}"

    assert reply(secrets=(TOKEN, PASSWORD)).masked(text) == "no user ***"
