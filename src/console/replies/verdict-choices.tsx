import { type ReplyPage, replyVerdicts } from '../../core/judged-reply.js';
import type { ListedReplies } from './reply-query.js';
import { verdictWords } from './verdict-words.js';

/** The links to the replies of each verdict, with how many there are. */
export function VerdictChoices({
  listed,
  counts,
  href,
}: {
  readonly listed: ListedReplies;
  readonly counts: ReplyPage['counts'];
  href(to: ListedReplies): string;
}) {
  const { verdict, ...others } = { ...listed, page: 1 };
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return (
    <div class="choices">
      <nav aria-label="Of which verdict">
        <ul>
          <li>
            <a href={href(others)} aria-current={verdict ? undefined : 'page'}>
              All <span class="soft">{all}</span>
            </a>
          </li>
          {replyVerdicts
            .filter((each) => counts[each] !== undefined || each === verdict)
            .map((each) => (
              <li>
                <a
                  href={href({ ...others, verdict: each })}
                  aria-current={each === verdict ? 'page' : undefined}
                >
                  {verdictWords[each].words} <span class="soft">{counts[each] ?? 0}</span>
                </a>
              </li>
            ))}
        </ul>
      </nav>
    </div>
  );
}
