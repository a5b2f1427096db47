package io.millrace.benchmarks.cost

import io.millrace.benchmarks.suite.ThreadKind
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.selects.select

/** Selects of kotlinx.coroutines: parties are coroutines on Dispatchers.Default, so they stand among virtual threads. */
class KotlinxSelect : Selecting {
    override fun supports(kind: ThreadKind) = kind == ThreadKind.VIRTUAL

    override fun nanosReady(branches: Int, nanos: Long): Double {
        val channels = List(branches) { Channel<Any>(1) }
        return runBlocking(Dispatchers.Default) {
            val begin = System.nanoTime()
            var rounds = 0L
            var passed: Long
            var channel = 0
            do {
                repeat(100) {
                    channel = SelectingThreads.next(channel, branches)
                    channels[channel].send(MESSAGE)
                    receiveAny(channels)
                }
                rounds += 100
                passed = System.nanoTime() - begin
            } while (passed < nanos)
            passed.toDouble() / rounds
        }
    }

    override fun nanosWaiting(kind: ThreadKind, branches: Int, nanos: Long): Double {
        val channels = List(branches) { Channel<Any>(1) }
        val answers = Channel<Any>(128)
        return runBlocking(Dispatchers.Default) {
            launch {
                do {
                    val received = receiveAny(channels)
                    answers.send(received)
                } while (received !== LAST)
            }
            async {
                    val begin = System.nanoTime()
                    var rounds = 0L
                    var passed: Long
                    var channel = 0
                    do {
                        channel = SelectingThreads.next(channel, branches)
                        passed = System.nanoTime() - begin
                        channels[channel].send(if (passed < nanos) MESSAGE else LAST)
                        answers.receive()
                        rounds++
                    } while (passed < nanos)
                    passed.toDouble() / rounds
                }
                .await()
        }
    }

    private suspend fun receiveAny(channels: List<Channel<Any>>): Any = select {
        for (channel in channels) {
            channel.onReceive { it }
        }
    }

    private companion object {
        val MESSAGE = Any()
        val LAST = Any()
    }
}
