"""Changing one's own account: token, password, name, QQ number, avatar."""

from litestar.di import NamedDependency
from litestar.handlers import route

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost import guess
from chmlfrp.selfhost.context import METHODS, Context
from chmlfrp.selfhost.params import Params
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.routes.register import TAKEN
from chmlfrp.selfhost.rules.account import (
    TWO_KINDS_RULE,
    is_name_allowed,
    is_password_allowed,
    is_qq,
    new_token,
)
from chmlfrp.selfhost.store import account, grants, log, order
from chmlfrp.selfhost.store.models import User
from chmlfrp.selfhost.takes import costly, takes
from chmlfrp.selfhost.wire import Reply, picture_of


@route("/retoken", http_method=METHODS, status_code=200, opt=costly("token?", "code?"))
async def retoken(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[None]:
    """Give the account another user token; every saved configuration is dead then.

    Nodes end the sessions that show the old one.
    """
    token, code = params.token(), params.optional_text("code")
    async with context.database.read() as session:
        user = await account.by_token(session, token)
    if code or context.settings.accounts.retoken_needs_code:
        await guess.check_code(
            context,
            params.caller,
            purpose="retoken",
            address=user.email or "",
            code=code,
        )
    await _change(context, params, "retoken", token=new_token())
    return Reply(msg="重置成功")


@route(
    "/reset_password",
    http_method=METHODS,
    status_code=200,
    opt=costly("token?", "original_password", "new_password"),
)
async def reset_password(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[None]:
    """Set another password; whoever is signed in elsewhere by OAuth is out."""
    token = params.token()
    async with context.database.read() as session:
        user = await account.by_token(session, token)
    original = params.text("original_password")
    password = params.text("new_password")
    if not is_password_allowed(password):
        raise Refusal(TWO_KINDS_RULE)
    await guess.check_own_password(context, params.caller, user, original)
    password_hash = await context.passwords.hash(password)
    await _change(context, params, "reset_password", password_hash=password_hash)
    async with context.database.write() as session:
        await grants.revoke_all(session, user.id)
    return Reply(msg="密码重置成功")


@route(
    "/update_username",
    http_method=METHODS,
    status_code=200,
    opt=takes("token?", "new_username"),
)
async def update_username(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[None]:
    """Take another user name."""
    await _who(context, params)
    name = params.text("new_username")
    if not is_name_allowed(name):
        raise Refusal("用户名不符合规范，长度在2到20个字符之间")
    await _change(context, params, "update_username", name=name)
    return Reply(msg="用户名更新成功")


@route(
    "/update_qq", http_method=METHODS, status_code=200, opt=takes("token?", "new_qq")
)
async def update_qq(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[None]:
    """Take another QQ number."""
    await _who(context, params)
    qq = params.text("new_qq")
    if not is_qq(qq):
        raise Refusal("QQ号格式错误")
    await _change(context, params, "update_qq", qq=qq)
    return Reply(msg="QQ更新成功")


@route(
    "/update_userimg",
    http_method=METHODS,
    status_code=200,
    opt=costly("token?", "new_userimg"),
)
async def update_userimg(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[None]:
    """Take another avatar, by a link that answers."""
    user = await _who(context, params)
    link = params.text("new_userimg")
    if link == picture_of(user):
        raise Refusal("新头像不能与当前头像相同")
    if not await context.pictures.is_usable(link):
        raise Refusal("无效的链接", state="error")
    await _change(context, params, "update_userimg", picture=link)
    return Reply(msg="用户头像更新成功")


async def _who(context: Context, params: Params) -> User:
    async with context.database.read() as session:
        return await account.by_token(session, params.token())


async def _change(context: Context, params: Params, action: str, **values: str) -> None:
    try:
        async with context.database.write() as session:
            user = await account.by_token(session, params.token())
            if "token" in values:
                await order.drop_user(session, user)
            for name, value in values.items():
                setattr(user, name, value)
            log.write(session, user.id, action, params.caller, now_ms=context.now_ms)
            await account.flush(session)
    except SelfhostError as exc:
        raise Refusal(TAKEN.get(exc.field or "", TAKEN["name"])) from exc
