/* Every table of the store, in the order they are made. */
#include "store/bank_row.h"
#include "store/dossier_row.h"
#include "store/engine.h"
#include "store/event_row.h"
#include "store/meta_row.h"
#include "store/paper_row.h"
#include "store/card_row.h"
#include "store/payment_row.h"
#include "store/policy_row.h"
#include "store/proof_row.h"
#include "store/task_row.h"
#include "store/warrant_row.h"

const struct table *const TABLES[] = {
	&META_TABLE,
	&COUNTER_TABLE,
	&EVENT_TABLE,
	&POLICY_TABLE,
	&DOSSIER_TABLE,
	&PAPER_TABLE,
	&CARD_TABLE,
	&BANK_TABLE,
	&PAYMENT_TABLE,
	&WARRANT_TABLE,
	&PROOF_TABLE,
	&TASK_TABLE,
};
const size_t TABLE_COUNT = COUNT(TABLES);
