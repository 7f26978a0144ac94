/* Every table of the store, in the order they are made. */
#include "store/bank_row.h"
#include "store/difference_row.h"
#include "store/dossier_row.h"
#include "store/download_row.h"
#include "store/due_row.h"
#include "store/engine.h"
#include "store/event_row.h"
#include "store/frontier_row.h"
#include "store/mark_row.h"
#include "store/meta_row.h"
#include "store/paper_row.h"
#include "store/card_row.h"
#include "store/change_row.h"
#include "store/payment_row.h"
#include "store/policy_row.h"
#include "store/proof_row.h"
#include "store/refund_row.h"
#include "store/task_row.h"
#include "store/warrant_row.h"
#include "store/key_set_row.h"
#include "store/cert_row.h"
#include "store/line_row.h"
#include "store/list_row.h"
#include "store/letter_row.h"
#include "store/print_day_row.h"
#include "store/mail_row.h"

const struct table *const TABLES[] = {
	&META_TABLE,
	&COUNTER_TABLE,
	&EVENT_TABLE,
	&FRONTIER_TABLE,
	&CHANGE_TABLE,
	&POLICY_TABLE,
	&DOSSIER_TABLE,
	&PAPER_TABLE,
	&CARD_TABLE,
	&BANK_TABLE,
	&PAYMENT_TABLE,
	&WARRANT_TABLE,
	&PROOF_TABLE,
	&TASK_TABLE,
	&KEY_SET_TABLE,
	&CERT_TABLE,
	&LINE_TABLE,
	&LIST_TABLE,
	&DIFFERENCE_TABLE,
	&LETTER_TABLE,
	&PRINT_DAY_TABLE,
	&DOWNLOAD_TABLE,
	&DUE_TABLE,
	&MARK_TABLE,
	&REFUND_TABLE,
	&MAIL_TABLE,
};
const size_t TABLE_COUNT = COUNT(TABLES);
