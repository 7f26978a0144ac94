/*
 * liar: a PKCS#11 module that is SoftHSM2 but for what the file AKASHI_LIAR says, read at each call.
 *
 * The file's one word: true (all as it is), pin-locked, pin-last (its last try), mechanism, extractable,
 * other-key, refused (no session), signature (a bit is turned), lost (every session is closed, once),
 * lost-last (both), gone (no token any more), die-before, die-after (the program that loaded it is
 * killed at its signature). SoftHSM2's own file stands beside it.
 */
#include <dlfcn.h>
#include <libgen.h>
#include <p11-kit/pkcs11.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static CK_FUNCTION_LIST *real, lies;
static bool lost;

static bool
says(const char *word)
{
	char is[32] = "";
	FILE *f = fopen(getenv("AKASHI_LIAR"), "r");
	if (f == NULL || fscanf(f, "%31s", is) != 1)
		abort();
	(void)fclose(f);
	return strcmp(is, word) == 0;
}

static CK_RV
slots(CK_BBOOL present, CK_SLOT_ID *list, CK_ULONG *n)
{
	if (!says("gone"))
		return real->C_GetSlotList(present, list, n);
	*n = 0;
	return CKR_OK;
}

static CK_RV
token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	CK_RV rv = real->C_GetTokenInfo(slot, info);
	if (says("pin-locked"))
		info->flags |= CKF_USER_PIN_LOCKED;
	if (says("pin-last") || says("lost-last"))
		info->flags |= CKF_USER_PIN_FINAL_TRY;
	return rv;
}

static CK_RV
mechanism_info(CK_SLOT_ID slot, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info)
{
	return says("mechanism") ? CKR_MECHANISM_INVALID
				 : real->C_GetMechanismInfo(slot, type, info);
}

static CK_RV
attributes(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o, CK_ATTRIBUTE *a, CK_ULONG n)
{
	CK_RV rv = real->C_GetAttributeValue(s, o, a, n);
	for (CK_ULONG i = 0; rv == CKR_OK && i < n; i++) {
		if (a[i].type == CKA_EXTRACTABLE && says("extractable"))
			*(CK_BBOOL *)a[i].pValue = CK_TRUE;
		if (a[i].type == CKA_MODULUS && says("other-key"))
			((CK_BYTE *)a[i].pValue)[8] ^= 1;
	}
	return rv;
}

static CK_RV
open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *own, CK_NOTIFY tell, CK_SESSION_HANDLE *s)
{
	return says("refused") ? CKR_SESSION_COUNT : real->C_OpenSession(slot, flags, own, tell, s);
}

static CK_RV
sign_init(CK_SESSION_HANDLE s, CK_MECHANISM *m, CK_OBJECT_HANDLE o)
{
	CK_SESSION_INFO in;
	if (says("gone"))
		return CKR_DEVICE_REMOVED;
	if ((says("lost") || says("lost-last")) && !lost &&
	    real->C_GetSessionInfo(s, &in) == CKR_OK) {
		lost = true;
		(void)real->C_CloseAllSessions(in.slotID);
	}
	return real->C_SignInit(s, m, o);
}

static CK_RV
sign(CK_SESSION_HANDLE s, CK_BYTE *in, CK_ULONG n, CK_BYTE *out, CK_ULONG *len)
{
	if (says("die-before"))
		(void)kill(getpid(), SIGKILL);
	CK_RV rv = real->C_Sign(s, in, n, out, len);
	if (says("die-after"))
		(void)kill(getpid(), SIGKILL);
	if (rv == CKR_OK && says("signature"))
		out[*len / 2] ^= 1;
	return rv;
}

CK_RV
C_GetFunctionList(CK_FUNCTION_LIST **out)
{
	char path[512], conf[600];
	CK_C_GetFunctionList get;
	(void)snprintf(path, sizeof(path), "%s", getenv("AKASHI_LIAR"));
	(void)snprintf(conf, sizeof(conf), "%s/softhsm2.conf", dirname(path));
	(void)setenv("SOFTHSM2_CONF", conf, 1);
	void *module = dlopen(SOFTHSM, RTLD_NOW);
	if (module == NULL)
		return CKR_GENERAL_ERROR;
	*(void **)&get = dlsym(module, "C_GetFunctionList");
	if (get(&real) != CKR_OK)
		return CKR_GENERAL_ERROR;
	lies = *real;
	lies.C_GetFunctionList = C_GetFunctionList;
	lies.C_GetSlotList = slots;
	lies.C_GetTokenInfo = token_info;
	lies.C_GetMechanismInfo = mechanism_info;
	lies.C_GetAttributeValue = attributes;
	lies.C_OpenSession = open_session;
	lies.C_SignInit = sign_init;
	lies.C_Sign = sign;
	*out = &lies;
	return CKR_OK;
}
