"""The worker's loop that takes pages out of the desk.

`taking` leases what is due, `hands` lets each provider be asked in a thread of its own, `noting` writes
down what came of it, `loop` goes round.
"""
