/** The place of a value in a configuration, and the way to refuse the value: a line of a file, or an option in code. */
export interface ConfigPlace {
  /** The place one key or one index below. */
  at(key: string | number): ConfigPlace;
  /** Reports that the value cannot be used: `<problem>; expected <words>`. */
  refuse(message: string): void;
}

/** Places of options in code: `steps[0].filter.drop`. Every refusal goes to `report` as one line. */
export function optionPlace(name: string, report: (problem: string) => void): ConfigPlace {
  return {
    at: (key) => optionPlace(typeof key === 'number' ? `${name}[${key}]` : `${name}.${key}`, report),
    refuse: (message) => report(`${name}: ${message}`),
  };
}

/** The place, with a call of `onRefuse` for every refusal at the place or below. */
export function watchedPlace(place: ConfigPlace, onRefuse: () => void): ConfigPlace {
  return {
    at: (key) => watchedPlace(place.at(key), onRefuse),
    refuse(message) {
      onRefuse();
      place.refuse(message);
    },
  };
}
