import Foundations
import Testing

@Suite struct QuantityTests {
  @Test(
    "a quantity is written in its canonical form",
    arguments: [
      ("0", "0"), ("1", "1"), ("0.5", "500m"), (".5", "500m"), ("-0.5", "-500m"),
      ("1000m", "1"), ("1500m", "1500m"), ("1000", "1k"), ("1024", "1024"), ("1Ki", "1Ki"),
      ("1024Ki", "1Mi"), ("0.5Gi", "512Mi"), ("1.5Gi", "1536Mi"), ("0.1Gi", "107374182400m"),
      ("1e3", "1e3"), ("1E", "1E"), ("1E3", "1e3"), ("12e-3", "12e-3"), ("1n", "1n"),
    ])
  func canonicalForm(text: String, canonical: String) throws {
    #expect(try Quantity(parsing: text).description == canonical)
  }

  @Test("digits finer than a nano are rounded away from zero")
  func dust() throws {
    #expect(try Quantity(parsing: "1.0000000001") == Quantity(parsing: "1000000001n"))
    #expect(try Quantity(parsing: "-1.0000000001") == Quantity(parsing: "-1000000001n"))
  }

  @Test(
    "what is no quantity is refused", arguments: ["", ".", "-", "1.2.3", "1Kb", "1 ", "e3", "m"])
  func refused(_ text: String) {
    #expect(throws: Quantity.ParsingError.notAQuantity) { try Quantity(parsing: text) }
  }

  @Test("values beyond the range are refused", arguments: ["1e40", "99999999999999Ei"])
  func tooLarge(_ text: String) {
    #expect(throws: Quantity.ParsingError.tooLarge) { try Quantity(parsing: text) }
  }

  @Test("whole and milli values round up")
  func rounding() throws {
    #expect(try Quantity(parsing: "1001m").roundedUp == 2)
    #expect(try Quantity(parsing: "1000m").roundedUp == 1)
    #expect(try Quantity(parsing: "1u").milliValue == 1)
    #expect(try Quantity(parsing: "250m").milliValue == 250)
  }

  @Test("amounts of different formats compare and add by value")
  func arithmetic() throws {
    #expect(try Quantity(parsing: "1Ki") == Quantity(parsing: "1024"))
    #expect(try Quantity(parsing: "1Ki") > Quantity(parsing: "1k"))
    #expect(try (Quantity(parsing: "1Gi") + Quantity(parsing: "1Gi")).description == "2Gi")
    #expect(try (Quantity.zero + Quantity(parsing: "1Gi")).description == "1Gi")
    #expect(try (Quantity(parsing: "1") - Quantity(parsing: "1")).isZero)
  }
}
