#include "pki/path.h"

#include <stdio.h>
#include <string.h>

#include "pki/bundle_in.h"

OSSL_DROP(X509_STORE, X509_STORE_free)
OSSL_DROP(X509_STORE_CTX, X509_STORE_CTX_free)

/* OpenSSL's answers under words of our own, which do not change with its version. */
/* clang-format off */
static const struct { int code; const char *reason, *say; } ANSWERS[] = {
	{ X509_V_OK, "valid", "有効です。" },
	{ X509_V_ERR_CERT_REVOKED, "revoked", "失効しています。" },
	{ X509_V_ERR_CERT_HAS_EXPIRED, "expired", "有効期間が過ぎています。" },
	{ X509_V_ERR_CERT_NOT_YET_VALID, "not-yet-valid", "有効期間がまだ始まっていません。" },
	{ X509_V_ERR_CERT_SIGNATURE_FAILURE, "signature", "署名が合いません。改ざんされたか、別の認証局のものです。" },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, "no-path", "信頼する認証局までの証明書がそろいません。" },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "no-path", "信頼する認証局までの証明書がそろいません。" },
	{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, "no-path", "信頼する認証局までの証明書がそろいません。" },
	{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "not-trusted", "信頼する認証局のものではありません。" },
	{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "not-trusted", "信頼する認証局のものではありません。" },
	{ X509_V_ERR_CERT_UNTRUSTED, "not-trusted", "信頼する認証局のものではありません。" },
	{ X509_V_ERR_UNABLE_TO_GET_CRL, "no-list", "失効リストがありません。" },
	{ X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER, "no-list", "失効リストの発行者が分かりません。" },
	{ X509_V_ERR_DIFFERENT_CRL_SCOPE, "no-list", "この証明書を対象とする失効リストがありません。" },
	{ X509_V_ERR_CRL_HAS_EXPIRED, "list-expired", "失効リストの期限が過ぎています。" },
	{ X509_V_ERR_CRL_NOT_YET_VALID, "list-not-yet-valid", "失効リストがこの時刻より後のものです。" },
	{ X509_V_ERR_CRL_SIGNATURE_FAILURE, "list-signature", "失効リストの署名が合いません。" },
	{ X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE, "list-signature", "失効リストの署名が合いません。" },
	{ X509_V_ERR_KEYUSAGE_NO_CRL_SIGN, "list-issuer", "失効リストの発行者に発行の権限がありません。" },
	{ X509_V_ERR_CRL_PATH_VALIDATION_ERROR, "list-issuer", "失効リストの発行者までの証明書がそろいません。" },
	{ X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION, "list-extension", "失効リストに解釈できない重要な拡張があります。" },
	{ X509_V_ERR_INVALID_CA, "not-a-ca", "途中の証明書が認証局のものではありません。" },
	{ X509_V_ERR_INVALID_NON_CA, "not-a-ca", "途中の証明書が認証局のものではありません。" },
	{ X509_V_ERR_KEYUSAGE_NO_CERTSIGN, "not-a-ca", "途中の証明書に証明書を発行する権限がありません。" },
	{ X509_V_ERR_PATH_LENGTH_EXCEEDED, "path-length", "認証局の許した長さを超えています。" },
	{ X509_V_ERR_CERT_CHAIN_TOO_LONG, "path-length", "証明書の連なりが長すぎます。" },
	{ X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, "extension", "解釈できない重要な拡張があります。" },
	{ X509_V_ERR_INVALID_EXTENSION, "extension", "拡張の形が違います。" },
	{ X509_V_ERR_NO_EXPLICIT_POLICY, "policy", "証明書ポリシーの条件を満たしません。" },
	{ X509_V_ERR_INVALID_POLICY_EXTENSION, "policy", "証明書ポリシーの形が違います。" },
	{ X509_V_ERR_PERMITTED_VIOLATION, "name-constraint", "認証局に許された名前の範囲の外です。" },
	{ X509_V_ERR_EXCLUDED_VIOLATION, "name-constraint", "認証局に許された名前の範囲の外です。" },
};
/* clang-format on */

static void
verdict_put(struct path_verdict *v, int code, int depth, int length)
{
	*v = (struct path_verdict){ .valid = code == X509_V_OK,
		.reason = "other",
		.say = "検証に通りません。",
		.code = code,
		.depth = depth,
		.length = length };
	(void)snprintf(v->detail, sizeof(v->detail), "%s", X509_verify_cert_error_string(code));
	for (size_t i = 0; i < COUNT(ANSWERS); i++)
		if (ANSWERS[i].code == code) {
			v->reason = ANSWERS[i].reason;
			v->say = ANSWERS[i].say;
			return;
		}
}

/* An anchor is trusted as it is: that no list covers it is no fault of the path [RFC5280 6.1.1].
 * A list of its own that names it still counts. */
static int
anchor_without_list(int good, X509_STORE_CTX *ctx)
{
	static const int LISTLESS[] = { X509_V_ERR_UNABLE_TO_GET_CRL,
		X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER, X509_V_ERR_DIFFERENT_CRL_SCOPE,
		X509_V_ERR_CRL_HAS_EXPIRED, X509_V_ERR_CRL_NOT_YET_VALID,
		X509_V_ERR_CRL_PATH_VALIDATION_ERROR };
	int last = sk_X509_num(X509_STORE_CTX_get0_chain(ctx)) - 1;
	if (good == 1 || last < 1 || X509_STORE_CTX_get_error_depth(ctx) != last)
		return good;
	for (size_t i = 0; i < COUNT(LISTLESS); i++)
		if (X509_STORE_CTX_get_error(ctx) == LISTLESS[i]) {
			X509_STORE_CTX_set_error(ctx, X509_V_OK);
			return 1;
		}
	return 0;
}

/* [RFC5280 6.1.4(k)]: each certificate between anchor and end entity says CA:TRUE. OpenSSL lets
 * some pass that only say keyCertSign. The depth of the first that does not; 0: all do. */
static int
first_without_ca(X509_STORE_CTX *ctx)
{
	const X509S *chain = X509_STORE_CTX_get0_chain(ctx);
	for (int i = 1; i < sk_X509_num(chain) - 1; i++)
		if (X509_check_ca(sk_X509_value(chain, i)) != 1)
			return i;
	return 0;
}

static bool
verify(X509_STORE *store, X509 *end, X509S *untrusted, X509_CRLS *crls, struct instant at,
    struct path_verdict *out, struct fault *fault)
{
	OWN(X509_STORE_CTX) ctx = X509_STORE_CTX_new();
	if (ctx == NULL || X509_STORE_CTX_init(ctx, store, end, untrusted) != 1)
		return ossl_fault(fault, "証明書の検証を始められません。");
	X509_STORE_CTX_set0_crls(ctx, crls);
	X509_STORE_CTX_set_verify_cb(ctx, anchor_without_list);
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_time(param, at.sec);
	if (X509_VERIFY_PARAM_set_flags(
		param, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL |
			   X509_V_FLAG_EXTENDED_CRL_SUPPORT | X509_V_FLAG_USE_DELTAS |
			   X509_V_FLAG_POLICY_CHECK | X509_V_FLAG_PARTIAL_CHAIN) != 1)
		return ossl_fault(fault, "証明書の検証を始められません。");
	/* The reader asks for no policy of its own: any of them will do [RFC5280 6.1.1]. */
	if (X509_VERIFY_PARAM_add0_policy(param, OBJ_nid2obj(NID_any_policy)) != 1)
		return ossl_fault(fault, "証明書の検証を始められません。");
	int good = X509_verify_cert(ctx);
	int code = X509_STORE_CTX_get_error(ctx), depth = X509_STORE_CTX_get_error_depth(ctx);
	if (good == 1 && (depth = first_without_ca(ctx)) > 0)
		code = X509_V_ERR_INVALID_CA;
	else if (good != 1 && code == X509_V_OK)
		code = X509_V_ERR_UNSPECIFIED;
	verdict_put(out, code, depth, sk_X509_num(X509_STORE_CTX_get0_chain(ctx)));
	return ossl_answer(true);
}

static bool
anchors_add(const struct path_job *job, X509_STORE *store, struct fault *fault)
{
	OWN_X509S anchors = sk_X509_new_null();
	bool good = anchors != NULL;
	for (size_t i = 0; i < job->anchor_count; i++)
		if (good && !bundle_certificates(&job->anchors[i], anchors, fault))
			return false;
	for (int i = 0; good && i < sk_X509_num(anchors); i++)
		good = X509_STORE_add_cert(store, sk_X509_value(anchors, i)) == 1;
	return good ? true : ossl_fault(fault, "証明書の検証を始められません。");
}

bool
path_verify(const struct path_job *job, struct path_verdict *out, struct fault *fault)
{
	ossl_ready();
	OWN(X509_STORE) store = X509_STORE_new();
	OWN_X509S untrusted = sk_X509_new_null();
	OWN_X509_CRLS crls = sk_X509_CRL_new_null();
	if (store == NULL || untrusted == NULL || crls == NULL)
		return ossl_fault(fault, "証明書の検証を始められません。");
	if (!bundle_certificates(&job->end_entity, untrusted, fault) ||
	    !anchors_add(job, store, fault))
		return false;
	for (size_t i = 0; i < job->intermediate_count; i++)
		if (!bundle_certificates(&job->intermediates[i], untrusted, fault))
			return false;
	for (size_t i = 0; i < job->crl_count; i++)
		if (!bundle_lists(&job->crls[i], crls, fault))
			return false;
	return verify(store, sk_X509_value(untrusted, 0), untrusted, crls, job->at, out, fault);
}
