import Accounting
import Recognition
import Testing

@Suite("Section 11: contracts")
struct ContractTests {
  private typealias Story = ContractStory

  static let stories: [ContractStory] = items + allocations + billed + takenBack + adjusted + ended

  // MARK: Items

  static let items: [ContractStory] = [
    ContractStory(
      title: "What is earned at a point is earned at its period's start",
      facts: [
        ContractStory.signed(
          ContractStory.item("ci", 500, #""satisfied":"at_point",\#(ContractStory.period("2025-03-10", "2025-09-01"))"#)
        )
      ],
      expected: [
        (.revenue, "2025-03 500"), (.unbilledAccountsReceivable, "2025-03 500"),
        (.contractAsset, "2025-01 500, 2025-03 -500"), (.unbilledDeferredRevenue, "2025-01 500, 2025-03 -500"),
      ]),
    ContractStory(
      title: "Without a period it is earned at signing",
      facts: [ContractStory.signed(ContractStory.item("ci", 500, #""satisfied":"at_point""#), on: "2025-04-09")],
      expected: [(.revenue, "2025-04 500"), (.contractAsset, "")]),
    ContractStory(
      title: "Service before signing is caught up in the period of signing",
      facts: [ContractStory.signed(ContractStory.item("ci", 36_500), on: "2025-10-15")],
      expected: [
        (.revenue, "2025-10 30400, 2025-11 3000, 2025-12 3100"),
        (.contractAsset, "2025-10 6100, 2025-11 -3000, 2025-12 -3100"),
      ]),
    ContractStory(
      title: "What is fulfilled is recognized as it is, the rest at the period's end",
      facts: [
        ContractStory.signed(
          ContractStory.item("ci", 10_000, #""quantity":30,"satisfied":"on_fulfillment",\#(ContractStory.year)"#)),
        ContractStory.fulfilled("f1", "2025-03-05", #""units":10"#),
        ContractStory.fulfilled("f2", "2025-04-05", #""amount":500,"currency":"usd""#),
        ContractStory.fulfilled("f3", "2025-05-05", #""percent":50"#),
      ],
      // 10 of 30: 3333; 500; half of it less 3333: 1667; the rest.
      expected: [(.revenue, "2025-03 3333, 2025-04 500, 2025-05 1667, 2026-01 4500")]),
    ContractStory(
      title: "A fulfillment over time is a straight line, one before signing is caught up, a reversed one never was",
      facts: [
        ContractStory.signed(
          ContractStory.item("ci", 10_000, #""satisfied":"on_fulfillment",\#(ContractStory.year)"#), on: "2025-02-01"),
        ContractStory.event(
          "performance_obligation.fulfilled", "2025-06-01",
          #""fulfillment":"f1","target":{"type":"contract_item","contract_item":"ci"},"amount":6100,"currency":"usd","#
            + ContractStory.period("2025-06-01", "2025-08-01")),
        ContractStory.fulfilled("f2", "2025-01-20", #""percent":10"#),
        ContractStory.fulfilled("f3", "2025-03-20", #""percent":30"#),
        ContractStory.event("performance_obligation.reversed", "2025-03-25", #""fulfillment":"f3""#),
      ],
      expected: [(.revenue, "2025-02 1000, 2025-06 3000, 2025-07 3100, 2026-01 2900")]),
    ContractStory(
      title: "An item to be fulfilled that says no end waits a year",
      facts: [ContractStory.signed(ContractStory.item("ci", 500, #""satisfied":"on_fulfillment""#), on: "2025-04-09")],
      expected: [(.revenue, "2026-04 500")]),
    ContractStory(
      title: "By month, equal parts",
      settings: #"{"amortization":"month","long_term_deferred":false}"#,
      facts: [ContractStory.signed(ContractStory.item("ci", 1000, ContractStory.period("2025-01-20", "2025-04-10")))],
      expected: [(.revenue, "2025-01 333, 2025-02 333, 2025-03 334")]),
  ]

  // MARK: Allocation

  static func point(_ id: String, _ amount: Int, _ day: String, alone: Int? = nil) -> String {
    ContractStory.item(
      id, amount,
      #""satisfied":"at_point",\#(ContractStory.period(day, "2026-01-01"))"#
        + (alone.map { #","standalone_selling_price":\#($0)"# } ?? ""))
  }

  static func priced(_ title: String, _ discounts: String, _ alone: [Int?], _ revenue: String) -> ContractStory {
    ContractStory(
      title: title,
      facts: [
        ContractStory.signed(
          point("a", 40_000, "2025-01-01", alone: alone[0]), point("b", 10_000, "2025-02-01", alone: alone[1]),
          more: discounts.isEmpty ? "" : #""discounts":[\#(discounts)],"#)
      ], expected: [(.revenue, revenue)])
  }

  static let allocations: [ContractStory] = [
    priced("By standalone selling prices", "", [30_000, 30_000], "2025-01 25000, 2025-02 25000"),
    priced("Not by prices that some items lack", "", [30_000, nil], "2025-01 40000, 2025-02 10000"),
    priced(
      "A discount without items lowers the price before it", #"{"amount":2000}"#, [30_000, 10_000],
      "2025-01 36000, 2025-02 12000"),
    priced(
      "A discount without items, by what items cost", #"{"amount":2000}"#, [nil, nil], "2025-01 38400, 2025-02 9600"),
    priced(
      "A discount of an item lowers it after the allocation", #"{"amount":1000,"items":["b"]}"#, [30_000, 30_000],
      "2025-01 25000, 2025-02 24000"),
    priced(
      "A discount of several items is spread by what they were allocated", #"{"amount":1001,"items":["a","b"]}"#,
      [nil, nil], "2025-01 39199, 2025-02 9800"),
    priced("Ties go to the earlier item", #"{"amount":1}"#, [7, 7], "2025-01 25000, 2025-02 24999"),
  ]

  // MARK: Billing

  static let billed: [ContractStory] = [
    ContractStory(
      title:
        "An invoice meets what is accrued through the end of its period; what is more is drawn on before more accrues",
      facts: [ContractStory.signed(ContractStory.item("ci", 36_500)), ContractStory.invoice("2025-02-10", 10_000)],
      expected: [
        (.accountsReceivable, "2025-02 10000"),
        (.deferredRevenue, "2025-02 4100, 2025-03 -3100, 2025-04 -1000"),
        (
          .unbilledAccountsReceivable,
          "2025-01 3100, 2025-02 -3100, 2025-04 2000, 2025-05 3100, 2025-06 3000, 2025-07 3100, 2025-08 3100, "
            + "2025-09 3000, 2025-10 3100, 2025-11 3000, 2025-12 3100"
        ),
      ]),
    ContractStory(
      title: "What is billed beyond the total stays deferred",
      facts: [ContractStory.signed(point("ci", 500, "2025-03-01")), ContractStory.invoice("2025-02-10", 700)],
      expected: [(.deferredRevenue, "2025-02 700, 2025-03 -500"), (.unbilledAccountsReceivable, "")]),
    ContractStory(
      title: "An invoice before signing is billed ahead",
      facts: [
        ContractStory.signed(point("ci", 500, "2025-03-01"), on: "2025-03-01"),
        ContractStory.invoice("2025-01-10", 200),
      ],
      expected: [
        (.deferredRevenue, "2025-01 200, 2025-03 -200"), (.unbilledAccountsReceivable, "2025-03 300"),
        (.revenue, "2025-03 500"),
      ]),
    ContractStory(
      title: "Tax of an invoice is owed, and bills nothing of the contract",
      facts: [
        ContractStory.signed(point("ci", 500, "2025-01-01")),
        ContractStory.invoice("2025-02-10", 330, line: #","discount":30,"taxes":[{"amount":20,"inclusive":false}]"#),
      ],
      expected: [
        (.accountsReceivable, "2025-02 320"), (.taxLiability, "2025-02 20"),
        (.unbilledAccountsReceivable, "2025-01 500, 2025-02 -300"), (.deferredRevenue, ""),
      ]),
    ContractStory(
      title: "A payment of the contract is an invoice of one line, billed and paid at once",
      facts: [
        ContractStory.signed(point("ci", 500, "2025-02-01")),
        ContractStory.event(
          "charge.succeeded", "2025-02-10", #""charge":"ch","currency":"usd","amount":620,"contract":"ct","fee":9"#),
      ],
      expected: [
        (.cash, "2025-02 611"), (.accountsReceivable, ""), (.deferredRevenue, "2025-02 120"),
        (.unbilledAccountsReceivable, ""), (.revenue, "2025-02 500"),
      ]),
    ContractStory(
      title: "A negative invoice unbills",
      facts: [
        ContractStory.signed(point("ci", 500, "2025-01-01")), ContractStory.invoice("2025-01-10", 500),
        ContractStory.invoice("2025-02-10", -200, id: "in2"),
      ],
      expected: [
        (.accountsReceivable, "2025-01 500, 2025-02 -200"), (.unbilledAccountsReceivable, "2025-02 200"),
        (.revenue, "2025-01 500"),
      ]),
    ContractStory(
      title: "A metered line on a contract's invoice stays usage",
      facts: [
        ContractStory.signed(point("ci", 500, "2025-01-01")),
        ContractStory.event(
          "subscription_item.defined", "2025-01-01",
          #""subscription_item":"si","subscription":"s","customer":"c","currency":"usd","unit_amount":10,"aggregate":"sum""#
        ),
        ContractStory.event("usage.recorded", "2025-01-09", #""usage":"u","subscription_item":"si","quantity":5"#),
        ContractStory.event(
          "invoice.finalized", "2025-02-01",
          #""invoice":"in","customer":"c","currency":"usd","contract":"ct","lines":[{"line":"l1","amount":300},"#
            + #"{"line":"l2","amount":50,"subscription_item":"si",\#(ContractStory.period("2025-01-01", "2025-02-01"))}]"#
        ),
      ],
      expected: [
        (.revenue, "2025-01 550"), (.accountsReceivable, "2025-02 350"), (.deferredRevenue, ""),
        (.unbilledAccountsReceivable, "2025-01 550, 2025-02 -350"),
      ]),
    ContractStory(
      title: "Rules do not act on a contract's lines",
      facts: [
        (
          "rule.set", "1970-01-01",
          #"{"rule":"r","name":"r","position":1,"apply_to":[{"on":"invoice_line","field":"any"}],"#
            + #""treatments":[{"type":"tax","allocation_percent":100}]}"#
        ),
        ContractStory.signed(point("ci", 500, "2025-01-01")), ContractStory.invoice("2025-01-10", 500),
      ],
      expected: [(.revenue, "2025-01 500"), (.taxLiability, ""), (.deferredRevenue, "")]),
    ContractStory(
      title: "A pending item that a contract's invoice bills is no revenue beside the contract's",
      facts: [
        ContractStory.signed(point("ci", 500, "2025-03-01")),
        ContractStory.event(
          "invoice_item.created", "2025-01-05",
          #""invoice_item":"ii","customer":"c","currency":"usd","amount":200"#),
        ContractStory.invoice("2025-02-10", 200, line: #","invoice_item":"ii""#),
      ],
      expected: [
        (.revenue, "2025-01 200, 2025-03 500"), (.unbilledVoids, "2025-02 200"),
        (.unbilledAccountsReceivable, "2025-01 200, 2025-02 -200, 2025-03 300"),
        (.deferredRevenue, "2025-02 200, 2025-03 -200"),
      ]),
  ]

  // MARK: Taking back

  /// Billed 100.00 in February, of which 59.00 was accrued: 41.00 is ahead at its end, 10.00 at the end of March.
  static func afterBilling(
    _ title: String, _ facts: ContractStory.Told..., expected: [(account: Account, changes: String)],
    settings: String = #"{"amortization":"day","long_term_deferred":false}"#
  ) -> ContractStory {
    ContractStory(
      title: title, settings: settings,
      facts: [
        ContractStory.signed(ContractStory.item("ci", 36_500, ContractStory.period("2025-01-01", "2025-05-01"))),
        ContractStory.adjusted("2025-01-01", "catch_up", ContractStory.update("ci", #""amount_subtotal":12000"#)),
        ContractStory.invoice("2025-02-10", 10_000),
      ] + facts, expected: expected)
  }

  static let takenBack: [ContractStory] = [
    afterBilling(
      "A void unbills: ahead first, the rest is unbilled again",
      ContractStory.event("invoice.voided", "2025-03-20", #""invoice":"in""#),
      expected: [
        (.accountsReceivable, "2025-02 10000, 2025-03 -10000"), (.voids, ""),
        (.deferredRevenue, "2025-02 4100, 2025-03 -4100"),
        (.unbilledAccountsReceivable, "2025-01 3100, 2025-02 -3100, 2025-03 9000, 2025-04 3000"),
        (.revenue, "2025-01 3100, 2025-02 2800, 2025-03 3100, 2025-04 3000"),
      ]),
    afterBilling(
      "A void of what was paid unbills against the customer's balance",
      ContractStory.paid("2025-02-11", 4000),
      ContractStory.event("invoice.voided", "2025-03-20", #""invoice":"in""#),
      expected: [
        (.accountsReceivable, "2025-02 6000, 2025-03 -6000"), (.customerBalance, "2025-03 4000"), (.voids, ""),
        (.deferredRevenue, "2025-02 4100, 2025-03 -4100"),
        (.unbilledAccountsReceivable, "2025-01 3100, 2025-02 -3100, 2025-03 9000, 2025-04 3000"),
      ]),
    afterBilling(
      "A note before payment unbills, and bills again when it is voided",
      ContractStory.event(
        "credit_note.issued", "2025-03-20", #""credit_note":"cn","invoice":"in","currency":"usd","amount":3000"#),
      ContractStory.event("credit_note.voided", "2025-04-20", #""credit_note":"cn""#),
      expected: [
        (.accountsReceivable, "2025-02 10000, 2025-03 -3000, 2025-04 3000"), (.creditNotes, ""),
        // 10.00 was ahead, so 20.00 is unbilled; in April 30.00 more accrues, and the note's 30.00 is billed again.
        (.deferredRevenue, "2025-02 4100, 2025-03 -4100"),
        (.unbilledAccountsReceivable, "2025-01 3100, 2025-02 -3100, 2025-03 2000"),
      ]),
    afterBilling(
      "A later note takes what is ahead first, the rest is contra",
      ContractStory.paid("2025-02-11", 10_000),
      ContractStory.event(
        "credit_note.issued", "2025-03-20",
        #""credit_note":"cn","invoice":"in","currency":"usd","amount":3000,"balance_amount":3000"#),
      expected: [
        (.creditNotes, "2025-03 2000"), (.customerBalance, "2025-03 3000"),
        (.deferredRevenue, "2025-02 4100, 2025-03 -4100"),
        (.unbilledAccountsReceivable, "2025-01 3100, 2025-02 -3100, 2025-04 3000"),
      ]),
    afterBilling(
      "A refund takes what is ahead first, the rest is contra; failed, what was ahead bills what accrued meanwhile",
      ContractStory.paid("2025-02-11", 10_000), ContractStory.refund("2025-03-20", 5000),
      ContractStory.event("refund.failed", "2025-04-20", #""refund":"re""#),
      expected: [
        (.cash, "2025-02 10000, 2025-03 -5000, 2025-04 5000"), (.refunds, "2025-03 4000, 2025-04 -4000"),
        (.deferredRevenue, "2025-02 4100, 2025-03 -4100"),
        (.unbilledAccountsReceivable, "2025-01 3100, 2025-02 -3100, 2025-04 2000"),
        (.revenue, "2025-01 3100, 2025-02 2800, 2025-03 3100, 2025-04 3000"),
      ]),
    afterBilling(
      "A dispute that is won is a gain where the account says so",
      ContractStory.paid("2025-02-11", 10_000),
      ContractStory.event(
        "dispute.created", "2025-03-20", #""dispute":"dp","charge":"ch","currency":"usd","amount":5000"#),
      ContractStory.event("dispute.won", "2025-04-20", #""dispute":"dp""#),
      expected: [
        (.disputes, "2025-03 4000"), (.recoverables, "2025-04 5000"),
        (.deferredRevenue, "2025-02 4100, 2025-03 -4100"),
        (.unbilledAccountsReceivable, "2025-01 3100, 2025-02 -3100, 2025-04 3000"),
      ], settings: #"{"amortization":"day","long_term_deferred":false,"recovered_revenue_as_gains":true}"#),
    afterBilling(
      "A write-off takes what is open only; paid later, bad debt comes back first",
      ContractStory.paid("2025-02-11", 4000),
      ContractStory.event("invoice.marked_uncollectible", "2025-03-20", #""invoice":"in""#),
      ContractStory.paid("2025-04-20", 5500, id: "ch2"),
      expected: [
        (.accountsReceivable, "2025-02 6000, 2025-03 -6000"), (.badDebt, "2025-03 5000, 2025-04 -5000"),
        (.cash, "2025-02 4000, 2025-04 5500"), (.recoverables, ""),
        // 10.00 was ahead and written off with it; 5.00 of it comes back and bills what accrued in April.
        (.deferredRevenue, "2025-02 4100, 2025-03 -4100"),
        (.unbilledAccountsReceivable, "2025-01 3100, 2025-02 -3100, 2025-04 2500"),
      ]),
    afterBilling(
      "An uncollectible invoice that is voided has its bad debt voided",
      ContractStory.event("invoice.marked_uncollectible", "2025-03-20", #""invoice":"in""#),
      ContractStory.event("invoice.voided", "2025-04-20", #""invoice":"in""#),
      expected: [(.badDebt, "2025-03 9000, 2025-04 -9000"), (.voids, "2025-04 9000")]),
  ]
}

// MARK: - Changes

extension ContractTests {
  static let adjusted: [ContractStory] = [
    ContractStory(
      title: "Prospectively, what is left is spread over what is left, to a new end",
      facts: [
        ContractStory.signed(ContractStory.item("ci", 36_500)),
        // 165 days are gone; 400 days more, and 600.00 in all: 435.00 over 435 days.
        ContractStory.adjusted(
          "2025-06-15", "prospective",
          ContractStory.update(
            "ci", #""amount_subtotal":60000,\#(ContractStory.period("2025-01-01", "2026-08-24"))"#)),
      ],
      expected: [
        (
          .revenue,
          "2025-01 3100, 2025-02 2800, 2025-03 3100, 2025-04 3000, 2025-05 3100, 2025-06 3000, 2025-07 3100, "
            + "2025-08 3100, 2025-09 3000, 2025-10 3100, 2025-11 3000, 2025-12 3100, 2026-01 3100, 2026-02 2800, "
            + "2026-03 3100, 2026-04 3000, 2026-05 3100, 2026-06 3000, 2026-07 3100, 2026-08 2300"
        ),
        (
          .contractAsset,
          "2025-01 33400, 2025-02 -2800, 2025-03 -3100, 2025-04 -3000, 2025-05 -3100, 2025-06 20500, 2025-07 -3100, "
            + "2025-08 -3100, 2025-09 -3000, 2025-10 -3100, 2025-11 -3000, 2025-12 -3100, 2026-01 -3100, "
            + "2026-02 -2800, 2026-03 -3100, 2026-04 -3000, 2026-05 -3100, 2026-06 -3000, 2026-07 -3100, 2026-08 -2300"
        ),
      ]),
    ContractStory(
      title: "Catching up, this period takes the difference and earlier ones stay",
      facts: [
        ContractStory.signed(ContractStory.item("ci", 12_000, ContractStory.period("2025-01-01", "2025-05-01"))),
        // 1.00 a day becomes 1.50: in March 45.00 and half of January and February.
        ContractStory.adjusted("2025-03-20", "catch_up", ContractStory.update("ci", #""amount_subtotal":18000"#)),
      ],
      expected: [
        (.revenue, "2025-01 3100, 2025-02 2800, 2025-03 7600, 2025-04 4500"),
        (.unbilledAccountsReceivable, "2025-01 3100, 2025-02 2800, 2025-03 7600, 2025-04 4500"),
        (.contractAsset, "2025-01 8900, 2025-02 -2800, 2025-03 -1600, 2025-04 -4500"),
      ]),
    ContractStory(
      title: "Catching up to less gives revenue back, of what was billed too",
      facts: [
        ContractStory.signed(ContractStory.item("ci", 12_000, ContractStory.period("2025-01-01", "2025-05-01"))),
        ContractStory.invoice("2025-01-01", 6000),
        // A day is 0.10 now: through March 9.00, of which 59.00 is recognized.
        ContractStory.adjusted("2025-03-20", "catch_up", ContractStory.update("ci", #""amount_subtotal":1200"#)),
      ],
      expected: [
        (.revenue, "2025-01 3100, 2025-02 2800, 2025-03 -5000, 2025-04 300"),
        (.deferredRevenue, "2025-01 2900, 2025-02 -2800, 2025-03 5000, 2025-04 -300"),
        (.unbilledAccountsReceivable, ""),
      ]),
    ContractStory(
      title: "Where a change gives standalone prices, all that is left is allocated by them",
      facts: [
        ContractStory.signed(
          ContractStory.item(
            "a", 12_000, #""standalone_selling_price":12000,\#(ContractStory.period("2025-01-01", "2025-05-01"))"#)),
        // 61.00 is left of a from March on, and 29.00 is added; a is given 60.00 of it, b 30.00.
        ContractStory.adjusted(
          "2025-03-01", "prospective",
          ContractStory.add(
            ContractStory.item(
              "b", 2900, #""standalone_selling_price":6000,\#(ContractStory.period("2025-03-01", "2025-03-31"))"#))),
      ],
      // a: 60.00 over 61 days: 30.49 through March; b: 30.00 in March.
      expected: [(.revenue, "2025-01 3100, 2025-02 2800, 2025-03 6049, 2025-04 2951")]),
    ContractStory(
      title: "An item is added at its price, over its time",
      facts: [
        ContractStory.signed(ContractStory.item("a", 12_000, ContractStory.period("2025-01-01", "2025-05-01"))),
        ContractStory.adjusted(
          "2025-03-01", "prospective",
          ContractStory.add(ContractStory.item("b", 3000, ContractStory.period("2025-04-01", "2025-05-01")))),
      ],
      expected: [
        (.revenue, "2025-01 3100, 2025-02 2800, 2025-03 3100, 2025-04 6000"),
        (.contractAsset, "2025-01 8900, 2025-02 -2800, 2025-03 -100, 2025-04 -6000"),
      ]),
    ContractStory(
      title: "Separately, what is added is a contract of its own that shares what is billed",
      facts: [
        ContractStory.signed(
          ContractStory.item(
            "a", 12_000, #""standalone_selling_price":1,\#(ContractStory.period("2025-01-01", "2025-05-01"))"#)),
        ContractStory.invoice("2025-01-01", 13_000),
        // Allocated among themselves; what was served before is caught up in March.
        ContractStory.adjusted(
          "2025-03-15", "separate",
          ContractStory.add(
            ContractStory.item(
              "b", 2000, #""standalone_selling_price":100,\#(ContractStory.period("2025-02-01", "2025-04-01"))"#)),
          ContractStory.add(
            ContractStory.item("d", 1000, #""standalone_selling_price":200,"satisfied":"at_point""#))),
      ],
      expected: [
        (.revenue, "2025-01 3100, 2025-02 2800, 2025-03 6100, 2025-04 3000"),
        (.deferredRevenue, "2025-01 9900, 2025-02 -2800, 2025-03 -6100, 2025-04 -1000"),
        (.unbilledAccountsReceivable, "2025-04 2000"),
        (.contractAsset, "2025-01 8900, 2025-02 -2800, 2025-03 -3100, 2025-04 -3000"),
      ]),
    ContractStory(
      title: "By month, a change counts from its month's start",
      settings: #"{"amortization":"month","long_term_deferred":false}"#,
      facts: [
        ContractStory.signed(ContractStory.item("ci", 1200)),
        ContractStory.adjusted("2025-07-20", "prospective", ContractStory.update("ci", #""amount_subtotal":1800"#)),
      ],
      expected: [
        (
          .revenue,
          "2025-01 100, 2025-02 100, 2025-03 100, 2025-04 100, 2025-05 100, 2025-06 100, 2025-07 200, 2025-08 200, "
            + "2025-09 200, 2025-10 200, 2025-11 200, 2025-12 200"
        )
      ]),
    ContractStory(
      title: "By the second, a change counts from its midnight",
      settings: #"{"amortization":"second","long_term_deferred":false}"#,
      facts: [
        ContractStory.signed(ContractStory.item("ci", 12_000, ContractStory.period("2025-01-01", "2025-05-01"))),
        (
          "contract.adjusted", "2025-04-21T17:30:00Z",
          #"{"contract":"ct","method":"prospective","adjusted_at":"2025-03-01T11:00:00Z","#
            + #""adjustments":[\#(ContractStory.update("ci", #""amount_subtotal":18100"#))]}"#
        ),
      ],
      // 59.00 is recognized; 122.00 over 61 days.
      expected: [(.revenue, "2025-01 3100, 2025-02 2800, 2025-03 6200, 2025-04 6000")]),
    ContractStory(
      title: "What was satisfied at a point takes a change of its price at once",
      facts: [
        ContractStory.signed(point("ci", 500, "2025-01-10")),
        ContractStory.adjusted("2025-03-20", "prospective", ContractStory.update("ci", #""amount_subtotal":450"#)),
      ],
      expected: [(.revenue, "2025-01 500, 2025-03 -50"), (.contractAsset, "")]),
    ContractStory(
      title: "What is to be fulfilled goes on with what is left, or is measured anew",
      facts: [
        ContractStory.signed(
          ContractStory.item("ci", 10_000, #""quantity":10,"satisfied":"on_fulfillment",\#(ContractStory.year)"#)),
        ContractStory.fulfilled("f1", "2025-02-05", #""units":5"#),
        // 50.00 is given; 100.00 is left for five units.
        ContractStory.adjusted("2025-03-01", "prospective", ContractStory.update("ci", #""amount_subtotal":15000"#)),
        ContractStory.fulfilled("f2", "2025-03-05", #""units":1"#),
        // Six units of ten of 200.00 are 120.00, of which 70.00 is given.
        ContractStory.adjusted("2025-04-01", "catch_up", ContractStory.update("ci", #""amount_subtotal":20000"#)),
        ContractStory.fulfilled("f3", "2025-05-05", #""units":2"#),
      ],
      expected: [(.revenue, "2025-02 5000, 2025-03 2000, 2025-04 5000, 2025-05 4000, 2026-01 4000")]),
  ]

  static let ended: [ContractStory] = [
    ContractStory(
      title: "An item that ends keeps what is recognized by then",
      facts: [
        ContractStory.signed(ContractStory.item("ci", 12_000, ContractStory.period("2025-01-01", "2025-05-01"))),
        ContractStory.adjusted(
          "2025-02-10", "prospective", #"{"type":"end_item","item":"ci","at":"2025-03-11T00:00:00Z"}"#),
      ],
      expected: [
        (.revenue, "2025-01 3100, 2025-02 2800, 2025-03 1000"),
        (.contractAsset, "2025-01 8900, 2025-02 -7900, 2025-03 -1000"),
      ]),
    ContractStory(
      title: "An end that lies back gives back what was recognized after it",
      facts: [
        ContractStory.signed(ContractStory.item("ci", 12_000, ContractStory.period("2025-01-01", "2025-05-01"))),
        ContractStory.adjusted(
          "2025-03-10", "prospective", #"{"type":"end_item","item":"ci","at":"2025-02-01T00:00:00Z"}"#),
      ],
      expected: [
        (.revenue, "2025-01 3100, 2025-02 2800, 2025-03 -2800"),
        (.contractAsset, "2025-01 8900, 2025-02 -2800, 2025-03 -6100"),
      ]),
    ContractStory(
      title: "An item to be fulfilled that ends keeps what is fulfilled by then",
      facts: [
        ContractStory.signed(ContractStory.item("ci", 10_000, #""satisfied":"on_fulfillment",\#(ContractStory.year)"#)),
        ContractStory.adjusted(
          "2025-03-10", "prospective", #"{"type":"end_item","item":"ci","at":"2025-06-01T00:00:00Z"}"#),
        ContractStory.fulfilled("f1", "2025-02-05", #""percent":10"#),
        ContractStory.fulfilled("f2", "2025-05-05", #""percent":30"#),
      ],
      expected: [
        (.revenue, "2025-02 1000, 2025-05 2000"),
        (.contractAsset, "2025-01 10000, 2025-02 -1000, 2025-03 -7000, 2025-05 -2000"),
      ]),
    ContractStory(
      title:
        "A contract that is voided recognizes nothing from its period on; what was accrued is void, what is ahead waits",
      facts: [
        ContractStory.signed(ContractStory.item("ci", 12_000, ContractStory.period("2025-01-01", "2025-05-01"))),
        ContractStory.event("contract.voided", "2025-04-02", #""contract":"ct","voided_at":"2025-03-20T00:00:00Z""#),
      ],
      expected: [
        (.revenue, "2025-01 3100, 2025-02 2800"), (.unbilledVoids, "2025-03 5900"),
        (.unbilledAccountsReceivable, "2025-01 3100, 2025-02 2800, 2025-03 -5900"),
        (.contractAsset, "2025-01 8900, 2025-02 -2800, 2025-03 -6100"),
        (.unbilledDeferredRevenue, "2025-01 8900, 2025-02 -2800, 2025-03 -6100"),
      ]),
    ContractStory(
      title: "What a voided contract has billed ahead waits for a refund",
      facts: [
        ContractStory.signed(ContractStory.item("ci", 12_000, ContractStory.period("2025-01-01", "2025-05-01"))),
        ContractStory.invoice("2025-01-05", 12_000), ContractStory.paid("2025-01-06", 12_000),
        ContractStory.event("contract.voided", "2025-03-20", #""contract":"ct""#),
        ContractStory.refund("2025-04-20", 7000),
      ],
      expected: [
        (.deferredRevenue, "2025-01 8900, 2025-02 -2800, 2025-04 -6100"), (.refunds, "2025-04 900"),
        (.unbilledVoids, ""), (.unbilledAccountsReceivable, ""),
      ]),
  ]

  @Test("Each story gives its books, told in order and backwards", arguments: stories)
  func story(_ story: ContractStory) throws {
    for ledger in [try story.ledger(), try story.ledger(reversed: true)] {
      for (account, changes) in story.expected {
        #expect(ledger.changes(of: account) == changes, "\(account)")
      }
      let open = ledger.outcomes.filter { $0.value != .posted }
      #expect(open.isEmpty)
    }
  }
}
