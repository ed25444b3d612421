/// Which traces are recorded: those that whoever began them records, and of those that begin here a
/// share. Pure.
/// Source: upstream's `NewProvider`: OpenTelemetry's samplers "ParentBased" over "TraceIdRatioBased".
package struct TraceSampler: Equatable, Sendable {
  /// Of a million traces that begin here.
  package let ratePerMillion: Int

  package init(ratePerMillion: Int) { self.ratePerMillion = ratePerMillion }

  func records(_ trace: TraceContext.TraceID, parent: TraceContext?) -> Bool {
    if let parent { return parent.isSampled }
    // Decided by bits that all who see the trace see.
    return trace.low >> 1 < (UInt64(1) << 63) / 1_000_000 * UInt64(ratePerMillion)
  }
}
