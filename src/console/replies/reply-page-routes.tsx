import { Hono } from 'hono';
import type { ConsoleDesk } from '../../core/console-desk.js';
import type { ConsoleEnv } from '../console-env.js';
import type { Frame } from '../frame/frame.js';
import { Pager } from '../frame/pager.js';
import { readPastDays } from '../frame/past-days.js';
import { PastDaysLinks } from '../frame/past-days-links.js';
import { ReplyList } from './reply-list.js';
import { type ListedReplies, replyQuery } from './reply-query.js';
import { VerdictChoices } from './verdict-choices.js';
import { WatchWords } from './watch-words.js';

const perPage = 50;
/** All of them are counted. */
const dayCount = 3;

/** The page of the replies: how each was judged and why, and what became of it. */
export function createReplyPageRoutes(parts: {
  readonly desk: ConsoleDesk;
  readonly frame: Frame;
}): Hono<ConsoleEnv> {
  const { desk, frame } = parts;
  const { base } = frame;
  const routes = new Hono<ConsoleEnv>();
  const path = (to: ListedReplies) => `${base}/replies${replyQuery.write(to)}`;

  routes.get('/replies', async (c) => {
    const page = (children: Parameters<Frame['page']>[1]['children']) =>
      c.html(frame.page(c, { title: 'Replies', section: 'replies', children }));
    if (!desk.replies) return page(<NoReplies />);
    const asked = replyQuery.of(c);
    const days = readPastDays(asked.before, desk.now(), dayCount);
    const ofVerdict = asked.verdict ? { verdict: asked.verdict } : {};
    const ofDays = asked.before === undefined || days.isLast ? {} : { before: asked.before };
    const listed: ListedReplies = { page: asked.page, ...ofVerdict, ...ofDays };
    const { replies, total, counts } = await desk.replies.find({
      ...{ from: days.from, until: days.until, skip: (listed.page - 1) * perPage, count: perPage },
      ...ofVerdict,
    });
    const last = Math.max(1, Math.ceil(total / perPage));
    if (listed.page > last) return c.redirect(path({ ...listed, page: last }), 303);
    const span =
      listed.before === undefined
        ? `in the last ${dayCount} days`
        : `in the ${dayCount} days before ${listed.before}`;
    return page(
      <>
        <WatchWords status={await desk.status()} />
        <VerdictChoices {...{ listed, counts }} href={path} />
        <section class="card" aria-label={`Replies ${span}`}>
          {replies.length === 0 ? <p>None came {span}.</p> : <ReplyList {...{ replies, desk, base }} />}
          <Pager {...{ page: listed.page, perPage, total }} href={(to) => path({ ...listed, page: to })} />
          <PastDaysLinks
            days={days}
            href={(day) => path({ page: 1, ...ofVerdict, ...(day === undefined ? {} : { before: day }) })}
          />
        </section>
      </>,
    );
  });
  return routes;
}

function NoReplies() {
  return (
    <>
      <p>
        No replies are read: the settings have no <code>acknowledgement</code>.
      </p>
      <p>Say there whose mailbox is read, and people can acknowledge by replying to a mail:</p>
      <pre>
        <code>{'acknowledgement:\n  account: NAME'}</code>
      </pre>
    </>
  );
}
