import "./public.css";
import { mountAnswer } from "./islands/answer.ts";

mountAnswer();
