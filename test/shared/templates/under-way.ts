/** What of a port's methods is under way counts, so that a clock of the test's own stands still until it is over. */
export const underWay = () => {
  let open = 0;
  const during = async <T>(act: () => Promise<T>): Promise<T> => {
    open += 1;
    try {
      return await act();
    } finally {
      open -= 1;
    }
  };
  return {
    isBusy: () => open > 0,
    counted: <Port extends object>(port: Port): Port =>
      Object.fromEntries(
        Object.entries(port as Record<string, (...given: unknown[]) => Promise<unknown>>).map(
          ([name, act]) => [name, (...given: unknown[]) => during(() => act(...given))],
        ),
      ) as Port,
  };
};
