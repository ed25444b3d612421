/// Searches in the text of header fields. Each looks at all bytes, and is never inlined: as a loop that
/// stands alone and has no way out it takes many bytes at a time. Measured: inlined, they are a tenth of
/// what a whole answer's head costs.
extension String {
  /// Whether there is one of `A`...`Z`.
  var holdsCapital: Bool {
    @inline(never) get { utf8Span.span.holdsAny { $0 &- 0x41 < 26 } }
  }

  /// Whether there is a control character of ASCII, tabs included.
  var holdsControlCharacter: Bool {
    @inline(never) get { utf8Span.span.holdsAny { $0 < 0x20 || $0 == 0x7F } }
  }

  /// Whether there is a line break or a zero byte.
  var holdsLineBreak: Bool {
    @inline(never) get { utf8Span.span.holdsAny { $0 == 0x0A || $0 == 0x0D || $0 == 0 } }
  }
}

extension Span<UInt8> {
  @inline(__always)
  fileprivate func holdsAny(_ isLookedFor: (UInt8) -> Bool) -> Bool {
    var found: UInt8 = 0
    for index in indices { found |= isLookedFor(self[index]) ? 1 : 0 }
    return found != 0
  }
}
