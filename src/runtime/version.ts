/** The package's version, put in by the build. */
declare const __VERSION__: string;

/** Version of this package: every tracer, meter and logger carries it. */
export const VERSION: string = __VERSION__;
