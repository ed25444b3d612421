extension Unicode.Scalar {
  /// Whether it shows; a space does. Source: Go's `unicode.IsPrint`, which the API's rules ask.
  package var isPrintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      false
    case .spaceSeparator: self == " "
    default: true
    }
  }
}
