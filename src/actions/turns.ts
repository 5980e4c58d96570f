/** Runs a task after all earlier tasks of the same name; tasks of different names run at once. */
export type InTurn = <T>(name: string, task: () => Promise<T>) => Promise<T>;

/** Makes a place where the tasks of one name wait for each other. */
export function createTurns(): InTurn {
  const last = new Map<string, Promise<void>>();

  return (name, task) => {
    const turn = (last.get(name) ?? Promise.resolve()).then(task);
    const end = turn.then(noop, noop);
    last.set(name, end);
    void end.then(() => {
      if (last.get(name) === end) last.delete(name);
    });
    return turn;
  };
}

function noop(): void {}
