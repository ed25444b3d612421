/// What the program's exit tells whoever started it. Source: sysexits.h.
package enum ProcessExit {
  /// Something went wrong; another attempt may succeed.
  package static let failure: Int32 = 1
  /// Its settings or its host do not let it run: another attempt fails alike.
  package static let unusableSettings: Int32 = 78
}
