#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The machine's idea of the date.
package enum SystemWallClock {
  /// Seconds since 1970 UTC.
  @Sendable package static func secondsSince1970() -> Int64 { Int64(time(nil)) }
}
