package io.millrace.benchmarks.suite

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/** The channels of kotlinx.coroutines: parties are coroutines on Dispatchers.Default, so they stand among virtual threads. */
class Kotlinx : Rival {
    override fun title() = "kotlinx"

    override fun supports(cell: Cell) = cell.threads() == ThreadKind.VIRTUAL

    override fun run(cell: Cell, messages: Int) {
        val capacity = cell.capacity()
        val channel =
            Channel<Any>(
                if (capacity == Cell.Capacity.UNBOUNDED) Channel.UNLIMITED
                else if (capacity == Cell.Capacity.ZERO) Channel.RENDEZVOUS
                else capacity.bound())
        val pattern = cell.pattern()
        runBlocking(Dispatchers.Default) {
            if (pattern == Cell.Pattern.SEQ) {
                send(channel, messages)
                receive(channel, messages)
            }
            repeat(pattern.senders) { launch { send(channel, messages / pattern.senders) } }
            repeat(pattern.receivers) { launch { receive(channel, messages / pattern.receivers) } }
        }
    }

    private suspend fun send(channel: Channel<Any>, messages: Int) {
        repeat(messages) { channel.send(MESSAGE) }
    }

    private suspend fun receive(channel: Channel<Any>, messages: Int) {
        repeat(messages) { check(channel.receive() === MESSAGE) { "received what nobody sent" } }
    }

    private companion object {
        val MESSAGE = Any()
    }
}
