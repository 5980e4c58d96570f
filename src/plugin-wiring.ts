import { createReferences } from './ack/reference/reference.js';
import type { ReferenceSecret } from './ack/reference/reference-secret.js';
import type { ResolveTxt } from './ack/trust/dkim-evidence.js';
import { trustRules } from './ack/trust/trust-rules.js';
import { alertType } from './actions/alert-record.js';
import { mailType } from './actions/email/mail-type.js';
import { subjectWords } from './actions/email/subject-words.js';
import { createGivenUp } from './actions/given-up.js';
import { createOutbox } from './actions/outbox.js';
import { outboxItemType } from './actions/outbox-item.js';
import { createPipeline } from './actions/pipeline.js';
import { threadsOf } from './actions/threads-of.js';
import { grantType } from './auth/grant.js';
import { createTokenManager } from './auth/token-manager.js';
import type { Acknowledgement, AcknowledgeOutcome } from './core/acknowledgement.js';
import type { Clock } from './core/clock.js';
import { describe, Fault } from './core/fault.js';
import type { MonitorHost } from './core/host.js';
import { ownSource } from './core/own-source.js';
import type { Settings } from './core/settings.js';
import type { Store } from './core/store.js';
import type { SystemError } from './core/system-error.js';
import { timeZoneOf } from './core/time-zone-of.js';
import type { Accounts } from './plugin-accounts.js';
import { createActions } from './plugin-actions.js';
import { createAnswerTransport } from './plugin-answers.js';
import type { Budgets } from './plugin-budgets.js';
import type { Hiding } from './plugin-hiding.js';
import { createRoundTripTools } from './plugin-round-trip.js';
import { createStoreTroubles } from './plugin-store-troubles.js';
import { createTroubles } from './plugin-troubles.js';
import type { CreateWatch } from './plugin-watch.js';
import { createWays } from './plugin-ways.js';
import { beatType } from './reports/beat-type.js';
import { createHeartbeat } from './reports/heartbeat.js';
import type { Metrics } from './reports/metrics.js';
import { standingErrorsType } from './reports/standing-errors.js';
import { systemErrorEvent } from './reports/system-error-event.js';
import { createSystemErrors } from './reports/system-errors.js';

/** What everything stands on. */
export interface Foundation {
  readonly host: MonitorHost;
  readonly settings: Settings;
  readonly settingsDir: string;
  readonly accounts: Accounts;
  readonly store: Store;
  readonly referenceSecret: ReferenceSecret;
  readonly hiding: Hiding;
  readonly clock: Clock;
  readonly budgets: Budgets;
  /** How TXT records are looked up; absent: by the DNS of the system. */
  readonly resolveTxt: ResolveTxt | undefined;
  /** Absent where no replies are read. */
  readonly createWatch: CreateWatch | undefined;
  /** Absent where nobody asks for them. */
  readonly metrics: Metrics | undefined;
}

/** Everything that the plugin is made of. */
export type Wiring = ReturnType<typeof wire>;

/** Wires the parts of the plugin together: who is told what, and by whom. Nothing runs yet. */
export function wire(foundation: Foundation) {
  const { host, settings, settingsDir, accounts, store, clock, budgets, createWatch, metrics } = foundation;
  const { hiding } = foundation;
  const log = hiding.log(host.log);
  const history = hiding.history(metrics?.observe(store.history) ?? store.history);
  const { network } = accounts;
  const timeZone = timeZoneOf(settings);
  /** Events are for observers: one that throws hurts nobody but itself. */
  const emit = (event: string, ...args: unknown[]) => {
    try {
      host.events.emit(event, ...args);
    } catch (thrown) {
      log.error({ event, detail: describe(thrown) }, 'A listener of the host threw.');
    }
  };

  /** Not waited for: a host that hangs must not hang whoever raises. */
  const tellHost = (error: SystemError, change: 'raised' | 'cleared') => {
    const told = async () => host.reportSystemError?.(error, change);
    told().catch((thrown: unknown) => {
      log.error({ code: error.code, detail: describe(thrown) }, 'The host did not take a system error.');
    });
  };

  const systemErrors = hiding.systemErrors(
    createSystemErrors({
      document: store.collection('system-errors', standingErrorsType),
      ...{ clock, log, history },
      async onChange(error, change) {
        if (change !== 'reminded') {
          emit(change === 'raised' ? 'system-error' : 'system-error-cleared', error);
          tellHost(error, change);
        }
        if (change === 'cleared' && error.code.startsWith('OAUTH_')) resume(error.subject);
        await pipeline.handle(systemErrorEvent(error, change, clock.now()));
      },
    }),
  );

  const { publicUrl } = settings.http;
  const page = publicUrl?.replace(/\/+$/, '');
  const tokens = createTokenManager({
    accounts: accounts.list,
    grants: store.collection('grants', grantType),
    ...{ systemErrors, history, clock, network, log },
    onSignedIn: (account) => resume(account),
    ...(page ? { authorizationPage: (account: string) => `${page}/authorize/${account}` } : {}),
  });

  const ways = createWays({ settings, accounts, tokens, network, budgets, systemErrors, clock, log });

  const { key, installation } = foundation.referenceSecret;
  const secret = { key: Buffer.from(key, 'base64'), installation };
  const references = createReferences(secret);
  const mails = store.collection('mails', mailType);
  const watched = settings.acknowledgement && accounts.find(settings.acknowledgement.account);
  const invitation = settings.acknowledgement &&
    watched && {
      mint: references.mint,
      replyTo: watched.mailbox,
      expiresMs: settings.acknowledgement.expires,
      unreadSince: (): Date | undefined => watch?.mailbox.unreadSince(),
    };
  const actions = createActions({
    ...{
      settings,
      settingsDir,
      accounts,
      network,
      ways,
      mails,
      systemErrors,
      history,
      clock,
      log,
    },
    timeZone,
    ...(invitation ? { invitation } : {}),
  });

  const outbox = createOutbox({
    items: store.collection('outbox', outboxItemType),
    actions: actions.map(({ action }) => action),
    concurrency: Object.fromEntries(actions.map(({ action, concurrency }) => [action.name, concurrency])),
    ...{ clock, log, history },
    onDone: (action, events) => pipeline.recordTold(action, events),
    wasTold: (action, event) => pipeline.wasTold(action, event),
    review: (...due) => pipeline.review(...due),
    givenUp: createGivenUp({ afterMs: settings.giveUpAfter, systemErrors, history, clock }),
    // Not waited for: what is raised comes back to the outbox, which is still being loaded.
    onUnknown: (counts) => void tellMissing(counts),
    onDelivery(delivery) {
      metrics?.noteDelivery(delivery, clock.now());
      emit('delivery', hiding.facts(delivery));
    },
  });
  const pipeline = createPipeline({
    alerts: store.collection('alerts', alertType),
    routes: actions.map(({ action, route }) => ({ ...route, action: action.name })),
    ...{ outbox, clock, log, history },
  });

  /** Stands as long as events wait for an action that is not in the settings; each start looks anew. */
  async function tellMissing(counts: ReadonlyMap<string, number>): Promise<void> {
    for (const [action, count] of counts) {
      const { code, message, remedy } = new Fault('ACTION_MISSING', { action, count });
      await systemErrors.raise({ code, subject: action, severity: 'warning', message, remedy });
    }
    for (const { code, subject } of systemErrors.list())
      if (code === 'ACTION_MISSING' && !counts.has(subject)) await systemErrors.clear(code, subject);
  }

  async function acknowledge(acknowledgement: Acknowledgement): Promise<AcknowledgeOutcome> {
    const alerts = acknowledgement.alertIds.flatMap((id) => pipeline.get(id) ?? []);
    const theirs = alerts.filter((alert) => alert.source !== ownSource);
    const nobodys = alerts.length === 0 ? 'gone' : 'acknowledged';
    const outcome = theirs.length > 0 ? await host.acknowledge(acknowledgement, theirs) : nobodys;
    if (outcome === 'acknowledged' || outcome === 'duplicate') await pipeline.acknowledged(acknowledgement);
    emit('acknowledgement', acknowledgement, outcome);
    return outcome;
  }

  const watch =
    settings.acknowledgement &&
    watched &&
    invitation &&
    createWatch?.({
      settings: settings.acknowledgement,
      account: watched.name,
      answerTransport: createAnswerTransport({ ways, invitation }),
      threads: threadsOf(actions.map(({ action }) => action)),
      roundTrip: createRoundTripTools({ ...secret, ways, mailbox: watched.mailbox, clock }),
      senders: [...new Set(actions.flatMap((action) => action.accounts))],
      alert: pipeline.get,
      firing: pipeline.firing,
      nameOf: subjectWords,
      trust: trustRules(settings, foundation.resolveTxt),
      recipients: [
        ...settings.admins,
        ...settings.actions.flatMap((each) => (each.type === 'email' ? [...each.to, ...each.cc] : [])),
      ],
      bounced: async (mail, recipients) =>
        actions.find(({ action }) => action.name === mail.action)?.action.bounced?.(mail.id, recipients),
      unreached: pipeline.unreached,
      ...{ accounts, store, tokens, network, systemErrors, history, mails, references },
      ...{ clock, log, acknowledge, timeZone },
    });

  const heartbeat =
    settings.heartbeat &&
    createHeartbeat({
      settings: settings.heartbeat,
      document: store.collection('heartbeat', beatType),
      troubles: createTroubles({
        watched: watched && watch && { account: watched.name, mailbox: watch.mailbox },
        ...{ actions, outbox, systemErrors, clock },
      }),
      ...{ network, clock, log },
    });

  /** Somebody has signed in for an account: what waited for it goes on now. */
  function resume(account: string): void {
    for (const routed of actions) if (routed.accounts.includes(account)) outbox.flush(routed.action.name);
    if (watched?.name === account) watch?.mailbox.wake();
  }

  return {
    ...{ host, settings, settingsDir, accounts, clock, tokens, ways, actions, outbox, mails, history },
    ...{ pipeline, watch, heartbeat, systemErrors, budgets, metrics, hiding, log, acknowledge },
    ...createStoreTroubles(systemErrors, log),
  };
}
