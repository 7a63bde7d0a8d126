"""login, login_by_email_code and userinfo."""

from litestar.di import NamedDependency
from litestar.handlers import route
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost import guess
from chmlfrp.selfhost.context import METHODS, Context
from chmlfrp.selfhost.params import Params
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.rules.account import TWO_KINDS_RULE, is_password_allowed
from chmlfrp.selfhost.store import account
from chmlfrp.selfhost.store.models import User
from chmlfrp.selfhost.takes import costly, takes
from chmlfrp.selfhost.wire import AccountRow, Reply, account_row


@route(
    "/login",
    http_method=METHODS,
    status_code=200,
    opt=costly("username?", "password?", "access_token?"),
)
async def login(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[AccountRow]:
    """Sign in by name, mail address or QQ number; or show whose access token it is."""
    if params.has("access_token") and not params.has("username"):
        token = params.text("access_token")
        return Reply(msg="登录成功", data=await _row(context, token))
    name, password = params.text("username"), params.text("password")
    if not is_password_allowed(password):
        raise Refusal(TWO_KINDS_RULE)
    user = await guess.sign_in(context, params.caller, login=name, password=password)
    return Reply(msg="登录成功", data=await _row(context, user.token))


@route(
    "/login_by_email_code",
    http_method=METHODS,
    status_code=200,
    opt=costly("mail", "code"),
)
async def login_by_email_code(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[AccountRow]:
    """Sign in with a mailed code in place of a password."""
    mail, code = params.text("mail").lower(), params.text("code")
    await guess.check_code(
        context, params.caller, purpose="login", address=mail, code=code
    )
    async with context.database.read() as session:
        user = await account.find(session, User.email == mail)
    if user is None:
        raise Refusal("用户不存在", code=401)
    if account.is_shut_out(user):
        raise Refusal(account.SHUT_OUT, code=403)
    await guess.welcome(context, params.caller, user, "login_by_email_code")
    return Reply(msg="登录成功", data=await _row(context, user.token))


@route("/userinfo", http_method=METHODS, status_code=200, opt=takes("token?"))
async def userinfo(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[AccountRow]:
    """Show the account of a token."""
    return Reply(msg="请求成功", data=await _row(context, params.token()))


async def _row(context: Context, token: str) -> AccountRow:
    async with context.database.read() as session:
        user = await account.by_token(session, token)
        return await _row_of(session, user)


async def _row_of(session: AsyncSession, user: User) -> AccountRow:
    """Return the account with its use."""
    tunnels, connections = await account.usage(session, user.id)
    return account_row(user, tunnels=tunnels, connections=connections)
