import Foundations
import Resources
import Testing

@testable import CEL

/// What the tests of expressions share.
enum Sample {
  static let object: Document = [
    "name": "web", "replicas": 3, "ratio": 0.5, "isOpen": true, "nothing": .null,
    "labels": ["app": "web", "tier": "front"], "ports": [80, 443],
    "containers": [["name": "a", "image": "x:1"], ["name": "b", "image": "y:2"]],
  ]

  static func value(_ source: String, _ budget: CostBudget = .object) throws -> Value {
    var budget = budget
    let environment = Environment(variables: ["object": .dyn, "when": .timestamp])
    return try environment.compile(source).evaluate(
      [
        "object": Value(object),
        "when": .timestamp(Timestamp(seconds: 1_700_000_000, nanoseconds: 5_000_000)),
      ], &budget)
  }

  static func failure(_ source: String) -> String? {
    do {
      _ = try value(source)
      return nil
    } catch {
      return "\(error)"
    }
  }
}

@Suite struct StandardTests {
  @Test(
    "an expression that is true is true",
    arguments: [
      "1 + 2 * 3 == 7", "(1 + 2) * 3 == 9", "-7 / 2 == -3", "-7 % 2 == -1", "7u % 4u == 3u",
      "1.5 + 1.5 == 3.0", "dyn(1) == 1.0 && dyn(1u) == 1 && 2 > 1.5 && 1u < 2", "!(dyn(1) == '1')",
      "!!true",
      "- -3 == 3", "-9223372036854775808 < 0", "'a' + 'b' == \"ab\"", "'a' < 'b'",
      "[1, 2] + [3] == [1, 2, 3]", "{'a': 1, 'b': 2} == {'b': 2, 'a': 1}", "2 in [1, 2]",
      "'a' in {'a': 1}", "!('c' in {'a': 1})", "[1, 2, 3][1] == 2", "{'a': {'b': 5}}.a.b == 5",
      "{1: 'x'}[1] == 'x' && {1u: 'x'}[dyn(1)] == 'x'", "true ? 1 == 1 : 1 / 0 == 1",
      "false && 1 / 0 == 1 || true", "1 / 0 == 1 || true", "!(1 / 0 == 1 && false)",
      "size('grün') == 4 && 'x'.size() == 1 && size([1]) == 1 && size({}) == 0",
      "b'\\xff' == b'\\377' && r'\\n' == '\\\\n' && '\\u00e9' == 'é'", "'''a'b''' == \"a'b\"",
      "b'abc'.size() == 3 && string(b'abc') == 'abc' && bytes('é').size() == 2",
      "type(1) == int && type('a') == string && type(type(1)) == type && type([]) == list",
      "type(when) == google.protobuf.Timestamp",
      "int('42') == 42 && int(3.9) == 3 && uint(7) == 7u",
      "double('1.5') == 1.5 && string(1.0) == '1' && string(1e21) == '1e+21' && string(0.5) == '0.5'",
      "string(1234567.25) == '1234567.25' && string(0.00001) == '1e-05'", "bool('true')",
      "0x1F == 31 && 1e3 == 1000.0 && .5 == 0.5", "dyn(1) == 1",
    ])
  func truths(_ source: String) throws {
    #expect(try Sample.value(source).isTrue)
  }

  @Test(
    "members and elements of documents are found",
    arguments: [
      "object.name == 'web'", "object.labels['app'] == 'web'", "has(object.name)",
      "!has(object.missing)", "has(object.nothing) && object.nothing == null",
      "object.ports[1] == 443",
      "object.containers.all(c, has(c.image))", "object.containers.exists(c, c.name == 'b')",
      "object.containers.map(c, c.name) == ['a', 'b']", "size(object.containers) == 2",
      "object.containers.filter(c, c.image.endsWith('2')).map(c, c.name) == ['b']",
      "object.labels.all(k, object.labels[k] != '')", "object.labels.exists_one(k, k == 'app')",
      "object.replicas * 2 == 6 && object.ratio < 1", "object.ports == [80, 443]",
      "object.labels == {'tier': 'front', 'app': 'web'}",
      "'tier' in object.labels && 80 in object.ports",
      "object.?missing.?deep.orValue(5) == 5", "object.?name.value() == 'web'",
      "!object.?missing.hasValue()", "object[?'name'].hasValue()",
      "object.ports[?5].orValue(1) == 1",
      "object.?labels.app.orValue('') == 'web'",
      "object.?labels.optMap(l, l.app) == optional.of('web')",
    ])
  func documents(_ source: String) throws {
    #expect(try Sample.value(source).isTrue)
  }

  @Test(
    "macros bind their variables and take errors in where one element decides",
    arguments: [
      "[1, 2, 3].all(x, x > 0)", "![0, 1].all(x, 1 / x > 5)", "[0, 1].exists(x, 1 / x == 1)",
      "[1, 2, 2].exists_one(x, x == 1)", "[1, 2, 3].map(x, x % 2 == 1, x * 10) == [10, 30]",
      "[1, 2].all(i, v, v == i + 1)", "{'a': 1}.exists(k, v, k == 'a' && v == 1)",
      "['a', 'b'].transformList(i, v, v + string(i)) == ['a0', 'b1']",
      "{'a': 1, 'b': 2}.transformMap(k, v, v > 1, v * 2) == {'b': 4}",
      "['x'].transformMapEntry(i, v, {v: i}) == {'x': 0}", "cel.bind(x, 2, x * x) == 4",
      "[[1, 2], [3]].all(x, x.all(y, y > 0))", "[1, ?optional.none(), ?optional.of(2)] == [1, 2]",
      "{?'a': optional.none(), 'b': 1} == {'b': 1}",
      "optional.none().or(optional.of(1)).value() == 1",
      "optional.ofNonZeroValue('') == optional.none()",
    ])
  func macros(_ source: String) throws {
    #expect(try Sample.value(source).isTrue)
  }

  @Test(
    "moments and spans are reckoned with",
    arguments: [
      "timestamp('2023-11-14T22:13:20Z') == timestamp(1700000000)",
      "timestamp('2024-02-29T00:00:00Z').getDayOfYear() == 59",
      "when.getFullYear() == 2023 && when.getMonth() == 10 && when.getDate() == 14",
      "when.getDayOfMonth() == 13 && when.getDayOfWeek() == 2 && when.getHours() == 22",
      "when.getMinutes() == 13 && when.getSeconds() == 20 && when.getMilliseconds() == 5",
      "when.getHours('02:00') == 0 && when.getDate('+02:00') == 15 && when.getMinutes('-00:30') == 43",
      "duration('1h30m') == duration('90m') && duration('1.5s').getMilliseconds() == 1500",
      "when + duration('1s') > when && when - duration('1s') < when",
      "timestamp('2020-01-02T00:00:00Z') - timestamp('2020-01-01T00:00:00Z') == duration('24h')",
      "string(duration('90m')) == '5400s' && string(timestamp(0)) == '1970-01-01T00:00:00Z'",
      "int(timestamp('1970-01-01T00:01:00Z')) == 60 && duration('-1h').getHours() == -1",
    ])
  func times(_ source: String) throws {
    #expect(try Sample.value(source).isTrue)
  }

  @Test(
    "what has no value says why",
    arguments: [
      ("object.missing", "no such key: missing"), ("object.labels['x']", "no such key: x"),
      ("1 / 0", "divide by zero"), ("1 % 0", "modulus by zero"),
      ("[1][1]", "index out of bounds: 1"),
      ("9223372036854775807 + 1", "integer overflow"), ("0u - 1u", "unsigned integer overflow"),
      ("object.name + 1", "no such overload"), ("object.name > 1", "no such overload"),
      ("int('x')", "type conversion error from 'string' to 'int'"),
      ("optional.none().value()", "optional.none() dereference"),
      ("object.replicas ? 1 : 2", "no such overload"),
      ("{'a': 1, 'a': 2}", "Failed with repeated key"),
      ("object.name.missing", "no such overload"), ("-(-9223372036854775808)", "integer overflow"),
      ("duration('x')", "type conversion error from 'string' to 'google.protobuf.Duration'"),
      ("[1, 2].all(x, object.missing)", "no such key: missing"),
    ])
  func failures(_ source: String, _ message: String) {
    #expect(Sample.failure(source) == message)
  }
}
