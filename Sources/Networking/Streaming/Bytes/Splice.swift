/// Copies until `source` ends, then finishes `target`.
func copyBytes(from source: any ByteDuplex, to target: any ByteDuplex) async throws {
  while let bytes = try await source.read() { try await target.send(bytes) }
  target.finish()
}

/// Joins two connections: what one sends, the other gets, until both ways have ended or either
/// breaks. Both are closed when this returns. Holds no more bytes than the two themselves.
package func splice(_ left: any ByteDuplex, _ right: any ByteDuplex) async {
  await withTaskGroup(of: Void.self) { group in
    for (source, target) in [(left, right), (right, left)] {
      group.addTask {
        do {
          try await copyBytes(from: source, to: target)
        } catch {
          // A broken way takes the other with it: its task finds both closed.
          left.close()
          right.close()
        }
      }
    }
  }
  left.close()
  right.close()
}
