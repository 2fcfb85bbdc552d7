"""Name the API operations of user pools and identity pools, however a program writes them."""

import re
from functools import lru_cache

USER_POOL_OPERATIONS: frozenset[str] = frozenset(
    """
    AddCustomAttributes AddUserPoolClientSecret AdminAddUserToGroup AdminConfirmSignUp AdminCreateUser
    AdminDeleteSoftwareToken AdminDeleteUser AdminDeleteUserAttributes AdminDisableProviderForUser AdminDisableUser
    AdminEnableUser AdminForgetDevice AdminGetDevice AdminGetUser AdminGetUserAuthFactors AdminInitiateAuth
    AdminLinkProviderForUser AdminListDevices AdminListGroupsForUser AdminListUserAuthEvents AdminListUserSessions
    AdminRemoveUserFromGroup AdminResetUserPassword AdminRespondToAuthChallenge AdminRevokeUserSession
    AdminSetUserMFAPreference AdminSetUserPassword AdminSetUserSettings AdminUpdateAuthEventFeedback
    AdminUpdateDeviceStatus AdminUpdateUserAttributes AdminUserGlobalSignOut AssociateSoftwareToken ChangePassword
    CompleteWebAuthnRegistration ConfirmDevice ConfirmForgotPassword ConfirmSignUp CreateGroup CreateIdentityProvider
    CreateManagedLoginBranding CreateResourceServer CreateUserImportJob CreateUserPool CreateUserPoolClient
    CreateUserPoolDomain CreateUserPoolReplica DeleteGroup DeleteIdentityProvider DeleteManagedLoginBranding
    DeleteResourceServer DeleteUser DeleteUserAttributes DeleteUserPool DeleteUserPoolClient
    DeleteUserPoolClientSecret DeleteUserPoolDomain DeleteUserPoolReplica DeleteWebAuthnCredential
    DescribeIdentityProvider DescribeManagedLoginBranding DescribeManagedLoginBrandingByClient DescribeResourceServer
    DescribeRiskConfiguration DescribeUserImportJob DescribeUserPool DescribeUserPoolClient DescribeUserPoolDomain
    ForgetDevice ForgotPassword GetCSVHeader GetDevice GetGroup GetIdentityProviderByIdentifier
    GetLogDeliveryConfiguration GetSigningCertificate GetTokensFromRefreshToken GetUICustomization GetUser
    GetUserAttributeVerificationCode GetUserAuthFactors GetUserPoolMfaConfig GlobalSignOut InitiateAuth ListDevices
    ListGroups ListIdentityProviders ListResourceServers ListTagsForResource ListUserImportJobs
    ListUserPoolClientSecrets ListUserPoolClients ListUserPoolReplicas ListUserPools ListUserSessions ListUsers
    ListUsersInGroup ListWebAuthnCredentials ResendConfirmationCode RespondToAuthChallenge RevokeToken
    RevokeUserSession SetLogDeliveryConfiguration SetRiskConfiguration SetUICustomization SetUserMFAPreference
    SetUserPoolMfaConfig SetUserSettings SignUp StartUserImportJob StartWebAuthnRegistration StopUserImportJob
    TagResource UntagResource UpdateAuthEventFeedback UpdateDeviceStatus UpdateGroup UpdateIdentityProvider
    UpdateManagedLoginBranding UpdateResourceServer UpdateUserAttributes UpdateUserPool UpdateUserPoolClient
    UpdateUserPoolDomain UpdateUserPoolReplica VerifySoftwareToken VerifyUserAttribute
    """.split()  # noqa: SIM905 (a list of words reads better as words)
)
"""What a user pool's API can be asked (A/API_Operations.html)."""

IDENTITY_POOL_OPERATIONS: frozenset[str] = frozenset(
    """
    CreateIdentityPool DeleteIdentities DeleteIdentityPool DescribeIdentity DescribeIdentityPool
    GetCredentialsForIdentity GetId GetIdentityPoolRoles GetOpenIdToken GetOpenIdTokenForDeveloperIdentity
    GetPrincipalTagAttributeMap ListIdentities ListIdentityPools LookupDeveloperIdentity MergeDeveloperIdentities
    SetIdentityPoolRoles SetPrincipalTagAttributeMap UnlinkDeveloperIdentity UnlinkIdentity UpdateIdentityPool
    """.split()  # noqa: SIM905 (as above)
)
"""What an identity pool's API can be asked."""

ENDPOINT_OPERATIONS: frozenset[str] = frozenset(("Token_POST", "Revoke_POST", "Login_GET", "Logout_GET"))
"""What CloudTrail calls the requests to a pool's domain."""

OPERATIONS: frozenset[str] = USER_POOL_OPERATIONS | IDENTITY_POOL_OPERATIONS | ENDPOINT_OPERATIONS
"""Every operation that is Cognito's."""

SHARED_OPERATIONS: frozenset[str] = frozenset(
    (
        *("CreateGroup", "DeleteGroup", "DeleteUser", "GetDevice", "GetGroup", "GetUser", "ListDevices", "ListGroups"),
        *("ChangePassword", "ListTagsForResource", "ListUsers", "TagResource", "UntagResource", "UpdateGroup"),
        *("CreateResourceServer", "RevokeToken", "SignUp", "GetId"),
    )
)
"""Names that other services and ordinary programs use as well: they prove nothing by themselves."""

ACCOUNT_OPERATIONS: frozenset[str] = frozenset(
    (
        *("SignUp", "ConfirmSignUp", "AdminConfirmSignUp", "ResendConfirmationCode", "AdminCreateUser"),
        *("ForgotPassword", "ConfirmForgotPassword", "ChangePassword", "AdminSetUserPassword"),
        *("UpdateUserAttributes", "AdminUpdateUserAttributes", "DeleteUserAttributes", "VerifyUserAttribute"),
        *("GetUserAttributeVerificationCode", "AdminDeleteUserAttributes", "AdminResetUserPassword"),
    )
)
"""Operations about an account, not a session: an unknown refusal there is a policy's, and not ours."""

SIGN_IN_OPERATIONS: frozenset[str] = frozenset(
    ("InitiateAuth", "AdminInitiateAuth", "RespondToAuthChallenge", "AdminRespondToAuthChallenge")
)
"""Operations that lead to tokens through a challenge."""


TELLING_OPERATIONS: frozenset[str] = SIGN_IN_OPERATIONS | {"GetTokensFromRefreshToken", "GetCredentialsForIdentity"}
"""Names that nobody else uses: they prove that a text is about Cognito."""


def _squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


_BY_SQUEEZED = {_squeezed(name): name for name in OPERATIONS}
_SUFFIXES = ("commanderror", "command", "async", "request", "input", "output", "response", "result", "withcontext")


@lru_cache(maxsize=2048)
def operation_of(word: str) -> str | None:
    """
    Return the operation that a program's word stands for.

    Args:
        word: ``InitiateAuth``, ``initiate_auth``, ``initiate-auth``,
            ``initiateAuth``, ``InitiateAuthCommand``, ``InitiateAuthAsync`` and
            the like.

    Returns:
        The API's own spelling, or None where the word is no operation of Cognito.
    """
    squeezed = _squeezed(word)
    if squeezed in _BY_SQUEEZED:
        return _BY_SQUEEZED[squeezed]
    for suffix in _SUFFIXES:
        if squeezed.endswith(suffix) and squeezed[: -len(suffix)] in _BY_SQUEEZED:
            return _BY_SQUEEZED[squeezed[: -len(suffix)]]
    return None
