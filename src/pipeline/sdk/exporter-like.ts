/**
 * Exporters and processors of the SDKs 2.x and 3.x by their shape: the declarations of this package name no package of an SDK,
 * because an application has one generation or the other.
 */

/** `ExportResult` of the SDKs: 0 is success. */
export interface ExportResultLike {
  readonly code: number;
  readonly error?: Error;
}

/** A `SpanExporter` or `LogRecordExporter` of the SDKs. */
export interface ExporterLike {
  export(items: never[], done: (result: ExportResultLike) => void): void;
  shutdown(): Promise<void>;
  forceFlush?(): Promise<void>;
}
