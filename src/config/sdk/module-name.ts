/** A module of the user as a configuration names the module. */
export interface ModuleName {
  /** A path, a `file:` URL, or the name of a package. */
  readonly module: string;
  /** Folder from which paths and packages are searched. */
  readonly from: string;
}
